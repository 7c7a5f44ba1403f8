/** What must never happen, when it did. */

export const RULES = {
  lost: "no disk content is lost without consent",
  installer: "no installer starts on a disk that holds something",
  conflict: "no two domains with one uuid, MAC or writable disk through us",
  others: "nothing foreign or of another owner is touched",
  stopped: "no running guest is stopped beyond what the preview said",
  unplugged: "nothing is pulled out of a running guest beyond what the preview said",
  secret: "secrets are seen nowhere",
  preview: "a preview neither fails nor touches the host",
  stale: "what a preview shows is of this very change, and possible",
  lie: "what is reported is so",
  hang: "everything ends",
  internal: "an error is a sentence",
  ending: "at the end up converges, changes nothing the next time, and destroy leaves nothing",
} as const;

export type Rule = keyof typeof RULES;

export interface Violation {
  readonly rule: Rule;
  readonly text: string;
  /** Which step it was, from 0; after the last: the ending. */
  readonly step: number;
}
