/** The change of one property, worded the same for every kind: `memoryMiB 512 -> 1024`. Pure. */
import { isDeepStrictEqual } from "node:util";
import type { Effect } from "../effect";
import type { Change } from "./resource-kind";
import { shown } from "./unknown";

/** One change, or none where the two are the same. */
export function propertyChange(
  property: string,
  before: unknown,
  after: unknown,
  effect: Effect,
  options: { secret?: boolean } = {},
): Change[] {
  if (isDeepStrictEqual(before, after)) return [];
  return [{ property, text: `${property} ${shown(before, options)} -> ${shown(after, options)}`, effect }];
}
