/**
 * A guest's configuration from its text, ours or a foreign one, as xl reads it. Texts that mean the same to xl give
 * deeply equal values, comments aside; what we do not understand whole is kept whole.
 */
import { type DiskSpec, readDiskSpec } from "./disk-spec";
import { type DomainConfig, NUMBER_KEYS, PLAIN_KEYS, type PlainKey, type UnreadKey } from "./domain-config";
import { UUID_PATTERN } from "./identity";
import { parseVfbSpec } from "./vfb-spec";
import { parseVifSpec, vifRefusal } from "./vif-spec";
import { kindsOf } from "./xl-keys";
import { readXlNumber } from "./xl-number";
import {
  type XlAssignment,
  type XlValue,
  isPlainDecimal,
  parseXlText,
  renderXlAssignment,
  renderXlTree,
} from "./xl-text";

/** What became of one assignment. */
type Read = { readonly known: Partial<DomainConfig> } | { readonly other: XlValue } | { readonly unread: string };

export function parseDomainConfig(text: string): DomainConfig {
  const { assignments, nested, foreign, refused } = parseXlText(text);
  if (refused !== undefined) {
    const { line, reason } = refused;
    return { others: {}, foreign: [], refused: { text, line, reason } };
  }
  let known: Partial<DomainConfig> = {};
  const others: [string, XlValue][] = [];
  const unread: UnreadKey[] = nested.map(({ key, value }) => ({
    key,
    text: `${key} = ${renderXlTree(value)}`,
    reason: `${key} holds a list within its list`,
  }));
  for (const assignment of assignments) {
    const { key } = assignment;
    const read = readAssignment(assignment);
    if ("known" in read) known = { ...known, ...read.known };
    else if ("other" in read) others.push([key, read.other]);
    else unread.push({ key, text: renderXlAssignment(unreadable(assignment)), reason: read.unread });
  }
  return {
    ...known,
    others: Object.fromEntries(others.sort(([a], [b]) => (a < b ? -1 : 1))),
    foreign,
    ...(unread.length === 0 ? {} : { unread: unread.sort((a, b) => (a.key < b.key ? -1 : 1)) }),
  };
}

/** The same text for the same meaning: only of an atom that may be a number does `+=` matter to xl. */
function unreadable({ key, value, isAdded }: XlAssignment): XlAssignment {
  return typeof value === "string" || typeof value === "number"
    ? { key, value: String(value), ...(isAdded === true ? { isAdded } : {}) }
    : { key, value };
}

function readAssignment(assignment: XlAssignment): Read {
  const { key, value } = assignment;
  if (key === "disk" || key === "vif" || key === "vfb") {
    return typeof value === "string" || typeof value === "number"
      ? { unread: `parameter \`${key}' is a single value but should be a list` }
      : readDevices(key, value);
  }
  const plain = (Object.keys(PLAIN_KEYS) as PlainKey[]).find((name) => PLAIN_KEYS[name] === key);
  if (plain === undefined) return readOther(assignment);
  // Pinning may be said for each vcpu.
  if (typeof value !== "string" && typeof value !== "number")
    return key === "cpus" ? { other: value } : { unread: `parameter \`${key}' is a list but should be a single value` };
  if (!NUMBER_KEYS.includes(plain)) return { known: { [plain]: plainText(key, String(value)) } };
  const read = readNumber(assignment, String(value));
  return "number" in read ? { known: { [plain]: read.number } } : read;
}

function readDevices(key: "disk" | "vif" | "vfb", entries: readonly string[]): Read {
  if (entries.length === 0) return { known: {} };
  if (key === "vfb") return { known: { vfbs: entries.map(parseVfbSpec) } };
  if (key === "vif") {
    const vifs = entries.map(parseVifSpec);
    const refusal = vifs.map(vifRefusal).find((reason) => reason !== undefined);
    return refusal === undefined ? { known: { vifs } } : { unread: refusal };
  }
  const disks: DiskSpec[] = [];
  for (const entry of entries) {
    const read = readDiskSpec(entry);
    if ("refused" in read) return { unread: read.refused };
    disks.push(read.disk);
  }
  return { known: { disks } };
}

function readOther(assignment: XlAssignment): Read {
  const { key, value } = assignment;
  const kinds = kindsOf(key);
  if (typeof value !== "string" && typeof value !== "number") {
    return kinds.length === 0 || kinds.includes("list")
      ? { other: value }
      : { unread: `parameter \`${key}' is a list but should be a single value` };
  }
  if (kinds.includes("number")) {
    const read = readNumber(assignment, String(value));
    if ("number" in read) return { other: read.number };
    return kinds.includes("string") && assignment.isAdded !== true ? { other: String(value) } : read;
  }
  if (kinds.includes("string")) return { other: String(value) };
  if (kinds.includes("list")) return { unread: `parameter \`${key}' is a single value but should be a list` };
  // Whether xl knows the key as a number is not ours to say.
  if (assignment.isAdded === true && "number" in readXlNumber(key, String(value))) return { unread: addedNumber(key) };
  return { other: isPlainDecimal(String(value)) ? Number(value) : String(value) };
}

function readNumber({ key, isAdded }: XlAssignment, text: string): { number: number } | { unread: string } {
  return isAdded === true ? { unread: addedNumber(key) } : readXlNumber(key, text);
}

function addedNumber(key: string): string {
  return `can't use += with numbers for parameter \`${key}'`;
}

function plainText(key: string, text: string): string {
  const lower = text.toLowerCase();
  return key === "uuid" && UUID_PATTERN.test(lower) ? lower : text;
}
