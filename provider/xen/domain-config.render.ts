/** A guest's configuration as text for xl and xm: one order, one way to write, for ever. */
import { renderDiskSpec } from "./disk-spec";
import { type DomainConfig, PLAIN_KEYS, type PlainKey } from "./domain-config";
import { renderVfbSpec } from "./vfb-spec";
import { renderVifSpec } from "./vif-spec";
import { type XlAssignment, renderXlAssignment } from "./xl-text";

/** Ends with a line end. `parseDomainConfig` reads the same value back. */
export function renderDomainConfig(config: DomainConfig): string {
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
    ...Object.entries(config.others).map(([key, value]) => ({ key, value })),
  ];
  return [...config.foreign, ...assignments.map(renderXlAssignment)].map((line) => `${line}\n`).join("");
}

function list(key: string, entries: readonly string[] | undefined): XlAssignment[] {
  return entries === undefined ? [] : [{ key, value: entries }];
}
