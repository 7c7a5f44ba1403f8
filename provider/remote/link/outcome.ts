import type { CommandEnd } from "../wire";

/** How a script on the host ended: kinds that are never merged (facts: a lost link looks like success to the careless). */
export type Ending =
  | { readonly kind: "exit"; readonly code: number }
  | { readonly kind: "signal"; readonly signal: string }
  /** Our deadline passed; the script was told to end. */
  | { readonly kind: "timeout"; readonly seconds: number }
  /** It said more than we take; it was told to end. */
  | { readonly kind: "flood"; readonly capBytes: number }
  /** Others needed its channel, and it had offered to go on later. */
  | { readonly kind: "gave-way" }
  /** The link ended after the script was sent: it may or may not have run. */
  | { readonly kind: "lost" };

export interface Said {
  readonly stdout: Buffer;
  /** Capped: head and tail. */
  readonly stderr: string;
}

export type Outcome = Said & Ending;

/** Of a command that may have run: without its own word on how it ended, nobody knows. */
export function endingOf(end: CommandEnd | undefined): Ending {
  if (end === undefined) return { kind: "lost" };
  return "code" in end ? { kind: "exit", code: end.code } : { kind: "signal", signal: end.signal };
}
