/** A guest's configuration as text for xl and xm: one order, one way to write, for ever. */
import { renderDiskSpec } from "./disk-spec";
import { type DomainConfig, PLAIN_KEYS, type PlainKey } from "./domain-config";
import { renderVfbSpec } from "./vfb-spec";
import { renderVifSpec } from "./vif-spec";
import { type XlAssignment, renderXlAssignment } from "./xl-text";

/** Ends with a line end. `parseDomainConfig` reads the same value back. */
export function renderDomainConfig(config: DomainConfig): string {
  if (config.refused !== undefined) return config.refused.text;
  const plain = (keys: readonly PlainKey[]): XlAssignment[] =>
    keys.flatMap((key) => {
      const value = config[key];
      return value === undefined ? [] : [{ key: PLAIN_KEYS[key], value }];
    });
  const keys = Object.keys(PLAIN_KEYS) as PlainKey[];
  const events = keys.filter((key) => PLAIN_KEYS[key].startsWith("on_"));
  const assignments: XlAssignment[] = [
    ...plain(keys.filter((key) => !events.includes(key))),
    ...list("disk", config.disks?.map(renderDiskSpec)),
    ...list("vif", config.vifs?.map(renderVifSpec)),
    ...list("vfb", config.vfbs?.map(renderVfbSpec)),
    ...plain(events),
    ...Object.entries(config.others)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => ({ key, value })),
  ];
  const unread = (config.unread ?? []).map(({ text }) => text);
  return [...config.foreign, ...assignments.map(renderXlAssignment), ...unread].map((line) => `${line}\n`).join("");
}

/** An empty list says to xl what no list says. */
function list(key: string, entries: readonly string[] = []): XlAssignment[] {
  return entries.length === 0 ? [] : [{ key, value: entries }];
}
