/** What must hold between our reading of a text and xl's. Each law that does not is a sentence. */
import { isDeepStrictEqual } from "node:util";
import { type DiskSpec, type DomainConfig, deviceNumber } from "../../provider/xen";
import { NUMBER_KEYS, PLAIN_KEYS, type PlainKey } from "../../provider/xen/domain-config";
import { kindsOf } from "../../provider/xen/xl-keys";
import type { Judgement } from "./xl-judge";

type Key = NonNullable<Judgement["keys"]>[string];

const DEVICES = ["disk", "vif", "vfb"];

/** Our value against what xl holds. */
export function faultsOfReading(config: DomainConfig, judgement: Judgement): string[] {
  const { refused } = config;
  if (refused !== undefined || judgement.refused !== undefined) {
    const ours = refused === undefined ? "nothing" : `cfg:${refused.line}: ${refused.reason}`;
    const [xls = ""] = (judgement.refused ?? "nothing").split("\n");
    return ours === xls ? [] : [`we say ${ours}, xl says ${xls}`];
  }
  const keys = judgement.keys ?? {};
  const unread = new Map((config.unread ?? []).map(({ key, reason }) => [key, reason]));
  const values = valuesOf(config);
  return [
    ...Object.keys(keys)
      .filter((key) => !DEVICES.includes(key))
      .flatMap((key) =>
        unread.has(key) || says(values.get(key), keys[key]) ? [] : [`${key} is ${String(values.get(key))} to us`],
      ),
    ...[...values.keys(), ...unread.keys()].flatMap((key) => (key in keys ? [] : [`xl has no ${key}`])),
    ...DEVICES.flatMap((key) => {
      const value = keys[key]?.value;
      const isSaid = value !== undefined && value.length > 0;
      const isOurs = unread.has(key) || entriesOf(config, key) > 0;
      return isSaid === isOurs ? [] : [`${key} is there for one of us only`];
    }),
    ...(NEWER.test(String(keys["disk"]?.value))
      ? []
      : diskFaults(config.disks, unread.get("disk"), judgement.disks ?? [])),
  ];
}

/** Two readings by xl, of a text and of what we write for it. */
export function faultsOfWriting(before: Judgement, after: Judgement): string[] {
  if (before.refused !== undefined || after.refused !== undefined)
    return before.refused === after.refused ? [] : [`xl says ${String(before.refused)}, then ${String(after.refused)}`];
  const [olds, news] = [before.keys ?? {}, after.keys ?? {}];
  return [
    ...[...new Set([...Object.keys(olds), ...Object.keys(news)])].flatMap((key) =>
      DEVICES.includes(key) || isSame(key, olds[key], news[key]) ? [] : [`${key} is another to xl`],
    ),
    ...(isDeepStrictEqual(meaning(before.disks), meaning(after.disks)) ? [] : ["the disks are others to xl"]),
  ];
}

function isSame(key: string, a: Key | undefined, b: Key | undefined): boolean {
  if (isNumberToXl(key) && a?.number !== undefined && a.number === b?.number) return true;
  const plain = (one: Key | undefined): unknown => {
    if (key === "uuid") return String(one?.value).toLowerCase();
    return isNumberToXl(key) ? one : one?.value;
  };
  return isDeepStrictEqual(plain(a), plain(b));
}

/** Or may be, for all we know. */
function isNumberToXl(key: string): boolean {
  const plain = (Object.keys(PLAIN_KEYS) as PlainKey[]).find((name) => PLAIN_KEYS[name] === key);
  if (plain !== undefined) return NUMBER_KEYS.includes(plain);
  const kinds = kindsOf(key);
  return kinds.length === 0 || kinds.includes("number");
}

/** A refusal quotes the text, which may be spelled otherwise; a CD drive may have no target or an empty one. */
function meaning(disks: Judgement["disks"] = []): unknown {
  return disks.map((disk) =>
    "refused" in disk ? "refused" : { ...disk, target: disk["cdrom"] === 1 ? (disk["target"] ?? "") : disk["target"] },
  );
}

function valuesOf(config: DomainConfig): Map<string, unknown> {
  const plain = Object.keys(PLAIN_KEYS) as PlainKey[];
  return new Map([
    ...plain.flatMap((key): [string, unknown][] => (config[key] === undefined ? [] : [[PLAIN_KEYS[key], config[key]]])),
    ...Object.entries(config.others),
  ]);
}

function says(ours: unknown, xls: Key | undefined): boolean {
  if (typeof ours === "number") return xls?.number === String(ours);
  if (typeof ours === "string" && typeof xls?.value === "string")
    return ours === xls.value || ours === xls.value.toLowerCase();
  return isDeepStrictEqual(ours, xls?.value);
}

function entriesOf(config: DomainConfig, key: string): number {
  return { disk: config.disks, vif: config.vifs, vfb: config.vfbs }[key]?.length ?? 0;
}

/** Words that only a newer xl reads (4.19): an older one refuses the disk, or reads another. */
const NEWER = /trusted|grant_usage=[01]/;

function diskFaults(
  ours: readonly DiskSpec[] = [],
  unread: string | undefined,
  xls: NonNullable<Judgement["disks"]>,
): string[] {
  const refused = xls.map((disk) => disk["refused"]).find((reason) => typeof reason === "string");
  if (unread !== undefined) {
    if (refused === undefined) return /list/.test(unread) ? [] : [`xl reads the disks, we say ${unread}`];
    return refused?.startsWith(`disk: ${unread}\n`) || /list/.test(unread)
      ? []
      : [`we say ${unread}, xl says ${refused ?? "nothing"}`];
  }
  if (refused !== undefined) return [`we read the disks, xl says ${refused ?? "nothing"}`];
  const seen = xls.map((disk) => ({
    target: disk["target"] ?? "",
    format: disk["format"],
    device: disk["device"],
    mode: disk["readwrite"] === 1 ? "w" : "r",
    // Of "xvd" without a letter libxl makes a number below 0.
    number: Math.max(Number(disk["number"]), -1),
  }));
  const told = ours.map(({ target, format, device, mode }) => ({
    target,
    format,
    device,
    mode,
    number: deviceNumber(device) ?? -1,
  }));
  return isDeepStrictEqual(seen, told) ? [] : [`the disks are ${JSON.stringify(seen)}, to us ${JSON.stringify(told)}`];
}
