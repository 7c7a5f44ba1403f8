/** Property values as people see them: no secret, no marker of the protocol. */
import { isList, isObject, isSecret, type Json, mapValues, UNKNOWN } from "./wire-values";

/** JSON with `[secret]` and `[unknown]` in place of what is secret or not known yet; keys that start with `__` are left out. */
export function shownJson(value: Json): Json {
  if (isSecret(value)) return "[secret]";
  if (value === UNKNOWN) return "[unknown]";
  if (isList(value)) return value.map(shownJson);
  if (!isObject(value)) return value;
  return mapValues(Object.fromEntries(Object.entries(value).filter(([key]) => !key.startsWith("__"))), shownJson);
}

/** One line; the two words stand without quotes. */
export function shownLine(value: Json | undefined): string {
  if (value === undefined) return "(none)";
  const shown = shownJson(value);
  if (shown === "[secret]" || shown === "[unknown]") return shown;
  return JSON.stringify(shown).replace(/"\[(secret|unknown)\]"/g, "[$1]");
}
