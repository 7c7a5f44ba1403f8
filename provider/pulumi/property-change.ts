/** The change of one property, worded the same for every kind: `memoryMiB 512 -> 1024`. Pure. */
import { isDeepStrictEqual } from "node:util";
import { type Change, changeText } from "../change";
import type { Effect } from "../effect";

/** One change, or none where the two are the same. */
export function propertyChange(
  property: string,
  before: unknown,
  after: unknown,
  effect: Effect,
  options: { secret?: boolean } = {},
): Change[] {
  if (isDeepStrictEqual(before, after)) return [];
  return [{ property, text: changeText(property, before, after, options), effect }];
}
