/**
 * What a look at a host shows that is no property's value: a link that is down, a menu older than its settings. Data with a
 * kind, so that nothing has to be read out of the text. Pure.
 */
import type { Effect } from "../effect";
import type { Unfinished } from "../pulumi";

export interface Finding<Kind extends string> {
  readonly kind: Kind;
  /** A fact with its subject and verb: `br0 lacks 198.51.100.7/24`. */
  readonly text: string;
  /** What the update that ends it does to what runs. */
  readonly effect: Effect;
}

/** What the next preview says of them. */
export function unfinishedOf(findings: readonly Finding<string>[]): Unfinished[] {
  return findings.map(({ text, effect }) => ({ text, effect }));
}

export function hasKind<Kind extends string>(findings: readonly Finding<Kind>[], ...kinds: readonly Kind[]): boolean {
  return findings.some(({ kind }) => kinds.includes(kind));
}
