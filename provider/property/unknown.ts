/**
 * Pulumi's marker for "not known yet": in a preview it stands, as a plain string, where any value of any type will
 * be (pulumi/pulumi#6310). Nothing here throws on it.
 */

/** The text the SDK sends for a value that is not known yet (@pulumi/pulumi, runtime/rpc). */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export function isUnknown(value: unknown): boolean {
  return value === UNKNOWN;
}

/** Is anything inside `value` not known yet? */
export function hasUnknown(value: unknown): boolean {
  if (isUnknown(value)) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  if (typeof value === "object" && value !== null) return Object.values(value).some(hasUnknown);
  return false;
}

/** `make` of the values, or the marker while any of them holds it. */
export function whenKnown<V extends readonly unknown[], T>(values: V, make: (...values: V) => T): T | typeof UNKNOWN {
  return values.some(hasUnknown) ? UNKNOWN : make(...values);
}

/** A value in a text for people: one line, `[secret]` for a secret, `[unknown]` for what is not known yet. */
export function shown(value: unknown, options: { secret?: boolean } = {}): string {
  if (options.secret === true) return "[secret]";
  if (value === undefined) return "unset";
  if (isUnknown(value)) return "[unknown]";
  const text = typeof value === "string" && /^[\w./:@%+,-]+$/.test(value) ? value : JSON.stringify(value);
  return text.replaceAll(`"${UNKNOWN}"`, "[unknown]").replaceAll(UNKNOWN, "[unknown]");
}
