/** Paths to properties as the options ignoreChanges and replaceOnChanges write them: `a.b[0]["c d"]`, `*` for any. */
import { isList, isObject, type Json, type PropertyMap } from "./wire-values";

export type PropertyPath = readonly (string | number)[];

const STEP = /\.?([^.[\]"]+)|\["((?:[^"\\]|\\.)*)"\]|\[(\d+|\*)\]/gy;

/** @throws Error when the text is no path. */
export function parsePropertyPath(text: string): PropertyPath {
  const path: (string | number)[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < text.length) {
    const from = STEP.lastIndex;
    const found = STEP.exec(text);
    if (found === null)
      throw new Error(`"${text}" is no property path: it cannot be read from character ${from + 1} on.`);
    const [, name, quoted, index] = found;
    if (name !== undefined) path.push(name);
    else if (quoted !== undefined) path.push(quoted.replace(/\\(.)/g, "$1"));
    else path.push(index === "*" || index === undefined ? "*" : Number(index));
  }
  return path;
}

/** Says whether `path` is at or below what `pattern` names. */
export function pathMatches(pattern: PropertyPath, path: PropertyPath): boolean {
  return pattern.length <= path.length && pattern.every((step, at) => step === "*" || step === path[at]);
}

/** `news` with the values of `olds` at every ignored path: what ignoreChanges asks for. */
export function keepIgnored(news: PropertyMap, olds: PropertyMap, ignored: readonly string[]): PropertyMap {
  return ignored.reduce<PropertyMap>((inputs, text) => {
    const kept = keepAt(inputs, olds, parsePropertyPath(text));
    return isObject(kept) ? kept : inputs;
  }, news);
}

function keepAt(value: Json | undefined, old: Json | undefined, path: PropertyPath): Json | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return old;
  if (isList(value) && isList(old)) {
    return value.map((item, at) => (step === "*" || step === at ? (keepAt(item, old[at], rest) ?? item) : item));
  }
  if (!isObject(value) || !isObject(old)) return value;
  const keys = step === "*" ? new Set([...Object.keys(value), ...Object.keys(old)]) : [String(step)];
  const result: Record<string, Json> = { ...value };
  for (const key of keys) {
    const kept = keepAt(value[key], old[key], rest);
    if (kept === undefined) delete result[key];
    else result[key] = kept;
  }
  return result;
}
