/**
 * Property values as they travel between program, engine, provider and state file: plain JSON, with two marks of
 * Pulumi's. A secret is an object with a signature key; a value not known yet is one fixed text.
 */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type PropertyMap = Readonly<Record<string, Json>>;

/** The signature key and its value for "secret" (sdk/nodejs/runtime/rpc.js: specialSigKey, specialSecretSig). */
export const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
export const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";
/** Stands for a value that only the update will know (rpc.js: unknownValue). */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export function isObject(value: unknown): value is Readonly<Record<string, Json>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

export function isSecret(value: Json | undefined): value is { readonly value: Json } & PropertyMap {
  return isObject(value) && value[SIGNATURE_KEY] === SECRET_SIGNATURE;
}

/** Marks a value as secret; a secret stays as it is. */
export function makeSecret(value: Json): Json {
  return isSecret(value) ? value : { [SIGNATURE_KEY]: SECRET_SIGNATURE, value };
}

/** What is inside the secret. A secret without a value holds null. */
export function secretContent(secret: PropertyMap): Json {
  return secret["value"] ?? null;
}

function somewhere(value: Json, holds: (value: Json) => boolean): boolean {
  if (holds(value)) return true;
  if (isList(value)) return value.some((item) => somewhere(item, holds));
  return isObject(value) && Object.values(value).some((item) => somewhere(item, holds));
}

export function hasSecret(value: Json): boolean {
  return somewhere(value, isSecret);
}

export function hasUnknown(value: Json): boolean {
  return somewhere(value, (item) => item === UNKNOWN);
}

/** The same value without secret marks: what a provider sees, since the dynamic provider accepts no secrets. */
export function reveal(value: Json): Json {
  if (isSecret(value)) return reveal(secretContent(value));
  if (isList(value)) return value.map(reveal);
  return isObject(value) ? revealMap(value) : value;
}

export function revealMap(properties: PropertyMap): PropertyMap {
  return mapValues(properties, reveal);
}

export function mapValues(properties: PropertyMap, change: (value: Json, key: string) => Json): PropertyMap {
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, change(value, key)]));
}

/**
 * Marks again what the provider gave back in plain: by equal key, through objects; a list that held a secret
 * becomes a secret as a whole, since its items have no names (the rule of Pulumi's annotateSecrets).
 */
export function remarkSecrets(plain: PropertyMap, marked: PropertyMap): PropertyMap {
  return mapValues(plain, (value, key) => {
    const model = marked[key];
    if (model === undefined || isSecret(value)) return value;
    if (isSecret(model)) return makeSecret(value);
    if (isList(model) && isList(value)) return hasSecret(model) ? makeSecret(value) : value;
    return isObject(model) && isObject(value) ? remarkSecrets(value, model) : value;
  });
}

/** Marks the named top-level properties (the option additionalSecretOutputs). */
export function markKeys(properties: PropertyMap, keys: readonly string[]): PropertyMap {
  return mapValues(properties, (value, key) => (keys.includes(key) ? makeSecret(value) : value));
}

/** Equality as the engine sees it: a null property is as good as none, a secret differs from the same value in plain. */
export function sameValue(a: Json | undefined, b: Json | undefined): boolean {
  if (a === undefined || a === null || b === undefined || b === null) return (a ?? null) === (b ?? null);
  if (isList(a) && isList(b)) return a.length === b.length && a.every((item, at) => sameValue(item, b[at]));
  if (isObject(a) && isObject(b)) {
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => sameValue(a[key], b[key]));
  }
  return a === b;
}
