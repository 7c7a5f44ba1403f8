/**
 * Where in a resource's arguments secrets stand. The dynamic provider process sees secrets as plain values and cannot tell; with
 * these lists its texts show `[secret]` in the place of each, and nothing else hidden.
 */
import * as pulumi from "@pulumi/pulumi";

/** `["connection", "privateKey"]`, `["vifs", 0, "mac"]` */
export type SecretPath = readonly (string | number)[];

/** What we made a secret as a whole: the value that the user gave, and its members that are secret by their nature. */
const made = new WeakMap<object, { readonly given: unknown; readonly members: readonly string[] }>();

/**
 * Keeps in mind that `output` is a secret for the sake of some of its members only.
 * @param given - what the user wrote: what is a secret there stays one
 */
export function secretFor<T>(output: pulumi.Output<T>, given: unknown, members: readonly string[]): pulumi.Output<T> {
  made.set(output, { given, members });
  return output;
}

/** Every place below `value` that is a secret; the value itself is `[[]]`. */
export async function secretPaths(value: unknown): Promise<SecretPath[]> {
  if (typeof value !== "object" || value === null) return [];
  const ours = made.get(value);
  if (ours !== undefined) {
    const given = await secretPaths(ours.given);
    return [...given, ...ours.members.map((member) => [...member.split(".")])];
  }
  if (pulumi.Output.isInstance(value)) return (await pulumi.isSecret(value)) ? [[]] : [];
  if (value instanceof Promise) return secretPaths(await (value as Promise<unknown>));
  const members: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  const below = await Promise.all(
    members.map(async ([key, member]) => (await secretPaths(member)).map((path): SecretPath => [key, ...path])),
  );
  return below.flat();
}

const MASK = "[secret]";

/** A copy of plain JSON in which `[secret]` stands in each of these places that has a value. */
export function masked(value: unknown, paths: readonly SecretPath[]): unknown {
  if (value === undefined || paths.length === 0) return value;
  if (paths.some((path) => path.length === 0)) return MASK;
  if (typeof value !== "object" || value === null) return value;
  const below = (key: string): SecretPath[] =>
    paths.filter(([first]) => String(first) === key).map((path) => path.slice(1));
  return Array.isArray(value)
    ? value.map((member: unknown, index) => masked(member, below(String(index))))
    : Object.fromEntries(Object.entries(value).map(([key, member]) => [key, masked(member, below(key))]));
}

/** `text` with `[secret]` in the place of each value that stands in these places: for sentences that quote several values. */
export function withoutSecretValues(text: string, value: unknown, paths: readonly SecretPath[]): string {
  const values = paths.flatMap((path) => leaves(path.reduce<unknown>((at, key) => memberOf(at, key), value)));
  return [...new Set(values)]
    .sort((a, b) => b.length - a.length)
    .reduce((shown, secret) => shown.replaceAll(aloneIn(secret), MASK), text);
}

function memberOf(value: unknown, key: string | number): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string | number, unknown>)[key] : undefined;
}

function leaves(value: unknown): string[] {
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(leaves);
  return typeof value === "string" || typeof value === "number" ? [String(value)].filter((leaf) => leaf !== "") : [];
}

/** The word itself, not as a part of another one. */
function aloneIn(word: string): RegExp {
  const literal = word.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(?<![A-Za-z0-9])${literal}(?![A-Za-z0-9])`, "g");
}
