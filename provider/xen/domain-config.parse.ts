/** A guest's configuration from its text, ours or a foreign one: what we do not know survives. */
import { type DiskSpec, parseDiskSpec } from "./disk-spec";
import { type DomainConfig, NUMBER_KEYS, PLAIN_KEYS, type PlainKey } from "./domain-config";
import { parseVfbSpec } from "./vfb-spec";
import { parseVifSpec } from "./vif-spec";
import { type XlValue, parseXlText } from "./xl-text";

export function parseDomainConfig(text: string): DomainConfig {
  const { assignments, foreign } = parseXlText(text);
  const known: Record<string, unknown> = {};
  const others: Record<string, XlValue> = {};
  for (const { key, value } of assignments) {
    const plain = (Object.keys(PLAIN_KEYS) as PlainKey[]).find((name) => PLAIN_KEYS[name] === key);
    const read = plain === undefined ? readList(key, value) : readPlain(plain, value);
    if (read === undefined) others[key] = value;
    else known[read.key] = read.value;
  }
  return { ...(known as Partial<DomainConfig>), others, foreign };
}

function readPlain(key: PlainKey, value: XlValue): { key: string; value: unknown } | undefined {
  if (NUMBER_KEYS.includes(key)) {
    if (typeof value === "number") return { key, value };
    // xl reads numbers from strings as well.
    return typeof value === "string" && /^\d+$/.test(value) ? { key, value: Number(value) } : undefined;
  }
  return typeof value === "string" ? { key, value } : undefined;
}

function readList(key: string, value: XlValue): { key: string; value: unknown } | undefined {
  if (typeof value === "string" || typeof value === "number") return undefined;
  if (key === "vif") return { key: "vifs", value: value.map(parseVifSpec) };
  if (key === "vfb") return { key: "vfbs", value: value.map(parseVfbSpec) };
  if (key !== "disk") return undefined;
  const disks = value.map(parseDiskSpec);
  return disks.every((disk): disk is DiskSpec => disk !== undefined) ? { key: "disks", value: disks } : undefined;
}
