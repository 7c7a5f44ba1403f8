/** What xm prints, read. Pinned by test/golden/xm-4.2.5 (the words of the real xm and xend). Pure. */
import { OutputParseError } from "../../errors";
import { type DiskSpec, deviceNumber, domainState } from "../../xen";
import type { HostDomains, RunningDomain, RunningGuest, UnreadableDomain, XenInfo } from "../domain";
import { parseInfo } from "../info.parse";
import { diskOf } from "./xm.disk";
import { type Sxp, childrenOf, parseSxp, valueOf } from "./sxp";

/** A row of `xm list`: of those that run, since xend keeps others too, whose columns ID and State are blank. */
export interface XmRow {
  readonly name: string;
  readonly domid: number;
  readonly memoryMiB: number;
  readonly vcpus: number;
}

/** @throws OutputParseError where a line is no domain, or dom0 is missing: it always runs. */
export function parseXmRows(table: string): XmRow[] {
  const rows = table
    .split("\n")
    .slice(1)
    .filter((line) => line.trim() !== "")
    .flatMap((line): XmRow[] => {
      const [, name = "", id, memory, vcpus, state] =
        /^(\S+)\s+(?:(\d+)\s+)?(\d+)\s+(\d+)\s+(?:([-rbpscd]{6})\s+)?\d+\.\d\s*$/.exec(line) ?? [];
      if (memory === undefined || (id === undefined) !== (state === undefined))
        throw new OutputParseError(`"xm list" printed a line that is no domain: ${line.slice(0, 80)}`);
      return id === undefined ? [] : [{ name, domid: Number(id), memoryMiB: Number(memory), vcpus: Number(vcpus) }];
    });
  if (!rows.some(({ domid }) => domid === 0)) throw new OutputParseError('"xm list" does not show Domain-0.');
  return rows;
}

/** The CPUs of each domain, by id, from `xm vcpu-list`, where all its VCPUs have the same. */
export function parseXmPinning(table: string): Map<number, string | undefined> {
  const found = new Map<number, string | undefined>();
  for (const line of table.split("\n").slice(1)) {
    const row = /\s(\d+)\s+\d+\s+(?:\d+|-)\s+\S+\s+[\d.]+\s+(any cpu|no cpus|[\d,-]+)\s*$/.exec(line);
    if (row === null) continue;
    const domid = Number(row[1]);
    const cpus = row[2] === "any cpu" ? "all" : row[2] === "no cpus" ? undefined : row[2];
    found.set(domid, !found.has(domid) || found.get(domid) === cpus ? cpus : undefined);
  }
  return found;
}

/** @throws OutputParseError where the version or a number is missing. */
export function parseXmInfo(text: string): XenInfo {
  return parseInfo(
    "xm info",
    text,
    (info) => `${info.number("xen_major")}.${info.number("xen_minor")}${info.text("xen_extra")}`,
  );
}

/**
 * `xm list -l` and `xm list` put together. Two answers that do not agree about who is there are none.
 * @throws OutputParseError
 */
export function joinXmDomains(
  rows: readonly XmRow[],
  long: string,
  pinning: ReadonlyMap<number, string | undefined>,
): Pick<HostDomains, "domains" | "unreadable"> {
  const all = parseSxp(long).filter((item) => typeof item !== "string" && item[0] === "domain");
  const running = all.flatMap((domain) => {
    const domid = valueOf(domain, "domid");
    // What xend manages and does not run has none.
    return domid === undefined ? [] : [{ domid: Number(domid), domain }];
  });
  const missing = rows.find((row) => !running.some(({ domid }) => domid === row.domid));
  if (missing !== undefined) {
    throw new OutputParseError(
      `"xm list" shows ${missing.name} (id ${missing.domid}), and "xm list -l" does not: the guests were just changing. Run the same again.`,
    );
  }
  const domains: RunningDomain[] = [];
  const unreadable: UnreadableDomain[] = [];
  for (const { domid, domain } of running) {
    const { store, ...read } = readDomain(domid, domain);
    // The page of its xenstore is there once its memory is: before, the boot loader runs, or its creation was cut off.
    if (store === undefined && domid !== 0) {
      unreadable.push({ domid, name: read.name, uuid: read.uuid, state: read.state, isUnbuilt: true });
    } else domains.push({ ...read, cpus: pinning.has(domid) ? pinning.get(domid) : "all" });
  }
  return { domains, unreadable };
}

/** Those that a reboot of the host would take down. */
export function xmGuests(
  rows: readonly XmRow[],
  { domains, unreadable }: Pick<HostDomains, "domains" | "unreadable">,
): RunningGuest[] {
  const memoryOf = (domid: number): number => rows.find((row) => row.domid === domid)?.memoryMiB ?? 0;
  const guest = ({ domid, name, uuid = "" }: UnreadableDomain | RunningDomain, isUnbuilt: boolean): RunningGuest => ({
    name,
    uuid,
    memoryMiB: memoryOf(domid),
    isUnbuilt,
  });
  return [
    ...domains.filter(({ domid, state }) => domid !== 0 && state !== "dying").map((domain) => guest(domain, false)),
    ...unreadable.map((domain) => guest(domain, true)),
  ];
}

function readDomain(domid: number, domain: Sxp): Omit<RunningDomain, "cpus"> & { store: string | undefined } {
  const text = (word: string): string | undefined => valueOf(domain, word);
  const number = (word: string): number => {
    const value = text(word) ?? "";
    if (!/^\d+$/.test(value)) throw new OutputParseError(`"xm list -l" tells no number as ${word} of domain ${domid}.`);
    return Number(value);
  };
  const devices = childrenOf(domain, "device").flatMap((device) => device.slice(1));
  const kindIs = (item: Sxp, ...kinds: string[]): boolean =>
    typeof item !== "string" && kinds.includes(String(item[0]));
  const [image] = childrenOf(domain, "image");
  const [linux] = childrenOf(image, "linux");
  const name = text("name");
  if (name === undefined) throw new OutputParseError(`"xm list -l" tells no name of domain ${domid}.`);
  return {
    domid,
    name,
    uuid: text("uuid"),
    type: linux === undefined && image !== undefined ? "hvm" : "pv",
    memoryMiB: number("memory"),
    maxMemoryMiB: number("maxmem"),
    vcpus: number("online_vcpus"),
    maxVcpus: number("vcpus"),
    kernel: nothing(text("bootloader")) === undefined ? nothing(valueOf(linux, "kernel")) : undefined,
    bootloader: nothing(text("bootloader")),
    disks: inOrder(devices.filter((item) => kindIs(item, "vbd", "tap", "tap2"))),
    vifs: devices
      // Of one that was just unplugged the rest may stand there for a moment.
      .filter((item) => kindIs(item, "vif") && valueOf(item, "mac") !== undefined)
      .map((item) => {
        const [mac, bridge] = [valueOf(item, "mac"), valueOf(item, "bridge")];
        return {
          ...(mac === undefined ? {} : { mac: mac.toLowerCase() }),
          ...(bridge === undefined ? {} : { bridge }),
          more: [],
        };
      }),
    onPoweroff: text("on_poweroff") ?? "destroy",
    onReboot: text("on_reboot") ?? "restart",
    onCrash: text("on_crash") ?? "restart",
    cpuWeight: text("cpu_weight") === undefined ? undefined : number("cpu_weight"),
    cpuCap: text("cpu_cap") === undefined ? undefined : number("cpu_cap"),
    state: domainState(text("state") ?? ""),
    store: text("store_mfn"),
  };
}

/** xend lists devices in no order: the one that is marked is booted from, the others follow by their numbers. */
function inOrder(devices: readonly Sxp[]): DiskSpec[] {
  const rank = (item: Sxp, { device }: DiskSpec): number =>
    valueOf(item, "bootable") === "1" ? -1 : (deviceNumber(device) ?? Number.MAX_SAFE_INTEGER);
  return devices
    .flatMap((item): { rank: number; disk: DiskSpec }[] => {
      const [uname, dev, mode = "r"] = ["uname", "dev", "mode"].map((word) => valueOf(item, word));
      if (uname === undefined || dev === undefined) return [];
      const disk = diskOf(uname, dev, mode);
      return [{ rank: rank(item, disk), disk }];
    })
    .sort((a, b) => a.rank - b.rank)
    .map(({ disk }) => disk);
}

function nothing(text: string | undefined): string | undefined {
  return text === "" || text === "None" ? undefined : text;
}
