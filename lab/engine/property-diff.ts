/** What differs between two sets of properties, path by path. */
import type { PropertyPath } from "./property-path";
import { isList, isObject, isSecret, type Json, type PropertyMap, sameValue, secretContent } from "./wire-values";

export interface PropertyChange {
  readonly path: PropertyPath;
  readonly old: Json | undefined;
  readonly new: Json | undefined;
}

/** The changes from `olds` to `news`, deepest path first named; what is equal is left out. */
export function diffProperties(olds: PropertyMap, news: PropertyMap): PropertyChange[] {
  return diffAt([], olds, news);
}

function diffAt(path: PropertyPath, a: Json | undefined, b: Json | undefined): PropertyChange[] {
  if (sameValue(a, b)) return [];
  if (isSecret(a) || isSecret(b)) {
    // Inside a secret nothing is told apart: the change is one of the whole.
    const equal = isSecret(a) && isSecret(b) && sameValue(secretContent(a), secretContent(b));
    return equal ? [] : [{ path, old: a, new: b }];
  }
  if (isList(a) && isList(b)) {
    const length = Math.max(a.length, b.length);
    return Array.from({ length }, (_, at) => diffAt([...path, at], a[at], b[at])).flat();
  }
  if (isObject(a) && isObject(b)) {
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
    return keys.flatMap((key) => diffAt([...path, key], a[key], b[key]));
  }
  return [{ path, old: a, new: b }];
}
