/** Lists whose entries, or which as a whole, may not be known yet. Pure. */
import { hasUnknown } from "../../property";

/** Each entry of a list, where list and entry are known. */
export function each<T extends object>(list: readonly T[], make: (entry: T, index: number) => T): readonly T[] {
  return list.map((entry, index) => (typeof entry === "object" ? make(entry, index) : entry));
}

/** Is every entry there? In a preview the whole list, or an entry of it, may be Pulumi's marker. */
export function isKnownList<T>(entries: readonly T[] | undefined): entries is readonly T[] {
  return Array.isArray(entries) && entries.every((entry) => typeof entry === "object");
}

export function hasUnknownEntry(entries: unknown): boolean {
  return (
    !Array.isArray(entries) || entries.some((entry) => typeof entry !== "object") || hasUnknown(entries.map(identities))
  );
}

/** What tells entries apart: while that is not known, nobody can say which is which. */
function identities(entry: unknown): unknown {
  const { device, mac, path } = entry as { device?: unknown; mac?: unknown; path?: unknown };
  return [device, mac, path];
}
