/** Two configurations compared by what they mean to xl. */
import { isDeepStrictEqual } from "node:util";
import { renderDiskSpec } from "./disk-spec";
import { type DomainConfig, PLAIN_KEYS, type PlainKey } from "./domain-config";
import { parseDomainConfig } from "./domain-config.parse";
import { renderDomainConfig } from "./domain-config.render";
import { renderVfbSpec } from "./vfb-spec";
import { renderVifSpec } from "./vif-spec";
import type { XlValue } from "./xl-text";

/** One value that differs, for people. Holds what the configuration holds: a VNC password in clear text too. */
export interface KeyDifference {
  /** xl's: `memory`, `disk`; `(the whole text)` where xl refuses one of the two. */
  readonly key: string;
  /** Which of a list: a disk by its device, an interface by its MAC, else by its place; `order` of all of them. */
  readonly entry?: string;
  /** Absent: not there. */
  readonly before?: string;
  readonly after?: string;
}

const WHOLE_TEXT = "(the whole text)";

/** The one form of all configurations that mean the same to xl, without comments. */
export function normalDomainConfig(config: DomainConfig): DomainConfig {
  return { ...parseDomainConfig(renderDomainConfig(config)), foreign: [] };
}

export function sameDomainConfig(a: DomainConfig, b: DomainConfig): boolean {
  return isDeepStrictEqual(normalDomainConfig(a), normalDomainConfig(b));
}

/** Nothing exactly where `sameDomainConfig`. Disks and interfaces are compared with those of the same identity. */
export function differingKeys(before: DomainConfig, after: DomainConfig): readonly KeyDifference[] {
  const [old, now] = [normalDomainConfig(before), normalDomainConfig(after)];
  if (old.refused !== undefined || now.refused !== undefined) {
    return difference({ key: WHOLE_TEXT }, renderDomainConfig(old), renderDomainConfig(now));
  }
  const [olds, news] = [plainTexts(old), plainTexts(now)];
  const keys = [...new Set([...olds.keys(), ...news.keys()])];
  return [
    ...keys.flatMap((key) => difference({ key }, olds.get(key), news.get(key))),
    ...entryDifferences("disk", disks(old), disks(now)),
    ...entryDifferences("vif", vifs(old), vifs(now)),
    ...entryDifferences("vfb", vfbs(old), vfbs(now)),
  ];
}

/** The text of each key that is no list of devices; what we do not read stands with its sign. */
function plainTexts(config: DomainConfig): Map<string, string> {
  const keys = Object.keys(PLAIN_KEYS) as PlainKey[];
  return new Map([
    ...keys.flatMap((key): [string, string][] => {
      const value = config[key];
      return value === undefined ? [] : [[PLAIN_KEYS[key], String(value)]];
    }),
    ...Object.entries(config.others).map(([key, value]): [string, string] => [key, shown(value)]),
    ...(config.unread ?? []).map(({ key, text }): [string, string] => [key, text.slice(key.length + 1)]),
  ]);
}

function shown(value: XlValue): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : JSON.stringify(value);
}

type Entries = readonly (readonly [identity: string, text: string])[];

function disks({ disks = [] }: DomainConfig): Entries {
  return distinct(disks.map((disk) => [disk.device, renderDiskSpec(disk)]));
}

function vifs({ vifs = [] }: DomainConfig): Entries {
  return distinct(vifs.map((vif, index) => [vif.mac ?? String(index), renderVifSpec(vif)]));
}

function vfbs({ vfbs = [] }: DomainConfig): Entries {
  return vfbs.map((vfb, index) => [String(index), renderVfbSpec(vfb)]);
}

/** Two of one identity are told apart by which comes first. */
function distinct(entries: Entries): Entries {
  return entries.map(([identity, text], index) => {
    const earlier = entries.slice(0, index).filter(([other]) => other === identity).length;
    return [earlier === 0 ? identity : `${identity} (${earlier + 1})`, text];
  });
}

/** The order of the entries counts: xl boots from the first disk and numbers interfaces by their places. */
function entryDifferences(key: string, before: Entries, after: Entries): readonly KeyDifference[] {
  const [olds, news] = [new Map(before), new Map(after)];
  const order = (entries: Entries): string =>
    entries
      .map(([identity]) => identity)
      .filter((identity) => olds.has(identity) && news.has(identity))
      .join(", ");
  return [
    ...[...new Set([...olds.keys(), ...news.keys()])].flatMap((entry) =>
      difference({ key, entry }, olds.get(entry), news.get(entry)),
    ),
    ...difference({ key, entry: "order" }, order(before), order(after)),
  ];
}

function difference(
  of: { key: string; entry?: string },
  before: string | undefined,
  after: string | undefined,
): readonly KeyDifference[] {
  if (before === after) return [];
  return [{ ...of, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }];
}
