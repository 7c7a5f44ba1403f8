/** Pulumi's marker put into a program, and taken out again. */
import { UNKNOWN } from "../../provider/property";

type Place = readonly (string | number)[];

/** Always known: the constructor fills them in. */
const KNOWN = ["owner", "secretProperties", "allow"];

/** Every place of a value that may not be known, at any depth; not below the keys that are `known`. */
export function placesOf(value: unknown, known: readonly string[] = KNOWN, above: Place = []): Place[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (above.length === 0 && known.includes(key)) return [];
    const place = [...above, Array.isArray(value) ? Number(key) : key];
    return [place, ...placesOf(inner, known, place)];
  });
}

export function placesAt(value: unknown, picks: readonly number[], known?: readonly string[]): Place[] {
  const places = placesOf(value, known);
  return places.length === 0 ? [] : picks.map((pick) => places[pick % places.length] as Place);
}

export function withUnknowns<T>(value: T, places: readonly Place[]): T {
  return places.reduce((whole, place) => replaced(whole, place, () => UNKNOWN) as T, value);
}

/** What else could stand in these places: another program's values. */
export function filledFrom<T>(value: T, places: readonly Place[], other: unknown): T {
  return places.reduce((whole, place) => {
    const found = place.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], other);
    return (found === undefined ? whole : replaced(whole, place, () => found)) as T;
  }, value);
}

function replaced(value: unknown, [key, ...rest]: Place, make: () => unknown): unknown {
  if (key === undefined) return make();
  if (typeof value !== "object" || value === null) return value;
  const inner = replaced((value as Record<string, unknown>)[key], rest, make);
  if (Array.isArray(value)) return value.map((entry: unknown, index) => (index === key ? inner : entry));
  return { ...value, [key]: inner };
}
