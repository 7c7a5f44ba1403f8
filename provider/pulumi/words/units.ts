/** The unit of a property, which its name ends with, and a guess where a size was given in another one. Pure. */

interface Unit {
  /** As it stands behind a number. */
  readonly word: string;
  /** Of a size: how many bytes. */
  readonly bytes?: number;
}

const KIB = 1024;
const UNITS: readonly (readonly [RegExp, Unit])[] = [
  [/MiB$/, { word: "MiB", bytes: KIB ** 2 }],
  [/GiB$/, { word: "GiB", bytes: KIB ** 3 }],
  [/Seconds$/, { word: "seconds" }],
  [/Minutes$/, { word: "minutes" }],
  [/^mtu$/, { word: "bytes" }],
];

export function unitOf(property: PropertyKey | undefined): Unit | undefined {
  return UNITS.find(([ending]) => ending.test(String(property)))?.[1];
}

const PREFIXES: Readonly<Record<string, number>> = { "": 1, k: KIB, m: KIB ** 2, g: KIB ** 3, t: KIB ** 4 };

/**
 * What was meant by a size that is not allowed: `10G`, a number of bytes, a number of GiB for MiB.
 * @param limit - the least or the most that is allowed
 */
export function sizeGuess(property: PropertyKey | undefined, value: unknown, limit?: number): string {
  const unit = unitOf(property);
  if (unit?.bytes === undefined) return "";
  if (typeof value === "string") {
    const [, amount = "", prefix = ""] = /^(\d+(?:\.\d+)?) ?([kmgt]?)(?:i?b)?$/i.exec(value.trim()) ?? [];
    // A bare number needs no unit: it is only a text.
    const bytes =
      amount === "" ? 0 : Number(amount) * (prefix === "" ? unit.bytes : (PREFIXES[prefix.toLowerCase()] ?? 1));
    return said(property, bytes / unit.bytes, "");
  }
  if (typeof value !== "number" || limit === undefined || value <= 0) return "";
  if (value > limit) return said(property, value / unit.bytes, "as bytes that is ");
  return value < limit && unit.word === "MiB" ? said(property, value * KIB, `${value} GiB are `) : "";
}

function said(property: PropertyKey | undefined, amount: number, why: string): string {
  return amount > 0 && Number.isInteger(amount * KIB) ? `${why}${String(property)}: ${amount}` : "";
}
