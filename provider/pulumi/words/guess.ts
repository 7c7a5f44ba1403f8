/** A guess at what was meant by a name that is none. Pure. */
import type { z } from "zod";

type Path = readonly PropertyKey[];

/** Behind "is not known here": what may be meant, or what there is. Ends the sentence. */
export function guessAtKey(given: string, known: readonly string[]): string {
  const near = nearest(given, known);
  if (near !== undefined) return `; did you mean "${near}"? Correct its name, or remove it.`;
  return known.length === 0 ? ". Remove it." : `; known are ${known.join(", ")}. Correct its name, or remove it.`;
}

/** `undefined` where none is near. */
export function nearest(given: string, known: readonly string[]): string | undefined {
  const [near] = known
    .map((name) => ({ name, distance: distance(given.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, distance: d }) => d <= 2 || (given !== "" && name.toLowerCase().startsWith(given.toLowerCase())))
    .sort((a, b) => a.distance - b.distance);
  return near?.name;
}

/** The names that the schema has at `path`. */
export function knownKeys(schema: z.ZodType, path: Path): string[] {
  const shape = path.reduce<Definition | undefined>((here, part) => {
    const def = definitionOf(here);
    return (typeof part === "number" ? def?.element : (def?.shape?.[String(part)] ?? def?.valueType)) as
      | Definition
      | undefined;
  }, schema as Definition);
  return Object.keys(definitionOf(shape)?.shape ?? {});
}

/** What of a zod schema's inside is read. */
export interface Inside {
  readonly innerType?: unknown;
  readonly getter?: () => unknown;
  readonly options?: readonly unknown[];
  readonly shape?: Readonly<Record<string, unknown>>;
  readonly element?: unknown;
  readonly valueType?: unknown;
}

interface Definition {
  readonly def?: Inside;
}

/** Of what an optional, lazy or one-of-several schema stands for; of several, the one with names. */
function definitionOf(schema: Definition | undefined): Definition["def"] {
  const def = schema?.def;
  if (def?.innerType !== undefined) return definitionOf(def.innerType as Definition);
  if (def?.getter !== undefined) return definitionOf(def.getter() as Definition);
  if (def?.options !== undefined) {
    const options = def.options.map((option) => definitionOf(option as Definition));
    return options.find((option) => option?.shape !== undefined) ?? options[0];
  }
  return def;
}

/** Levenshtein's distance of two short names. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(
        Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)),
      );
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
