/** A domain of the pretended host, and the configuration it is built from. */
import type { MonitorProcess } from "../tool-server";
import { type ConfigValue, readConfigText } from "./config-text";

export interface Disk {
  readonly target: string;
  readonly vdev: string;
  readonly format: string;
  readonly isWritable: boolean;
}

export interface Vif {
  readonly devid: number;
  readonly mac: string;
  readonly bridge: string;
  /** Left by a failed network-attach: it has no bridge and no life (seen on 4.17). */
  readonly isDead?: boolean;
}

export type EventAction =
  | "destroy"
  | "restart"
  | "preserve"
  | "rename-restart"
  | "coredump-destroy"
  | "coredump-restart";

/** What a configuration says, with xl's defaults. */
export interface Build {
  readonly name: string;
  readonly uuid: string | undefined;
  readonly type: string;
  readonly memoryMiB: number;
  readonly maxMemoryMiB: number;
  readonly vcpus: number;
  readonly maxVcpus: number;
  readonly cpus: string;
  readonly weight: number;
  readonly cap: number;
  readonly kernel: string;
  readonly bootloader: string;
  readonly disks: readonly Disk[];
  readonly vifs: readonly Vif[];
  readonly vfb: string | undefined;
  readonly onPoweroff: EventAction;
  readonly onReboot: EventAction;
  readonly onCrash: EventAction;
}

export type Ended = "poweroff" | "reboot" | "suspend" | "crash";
export const REASON_CODES: Readonly<Record<Ended, number>> = { poweroff: 0, reboot: 1, suspend: 2, crash: 3 };

export interface Domain {
  domid: number;
  uuid: string;
  name: string;
  /** What it was built from; its live values are beside it. */
  build: Build;
  memoryMiB: number;
  maxMemoryMiB: number;
  vcpus: number;
  /** As xl shows it: "all", "0". */
  affinity: string;
  weight: number;
  cap: number;
  disks: Disk[];
  vifs: Vif[];
  isPaused: boolean;
  /** Its kernel has run: not yet where it was created paused. */
  hasBegun: boolean;
  /** It has ended, and what is left of it stays. */
  ended: Ended | undefined;
  /** The file of the log: the name it was created under, whatever it is called now. */
  logName: string;
  monitor: MonitorProcess | undefined;
  /** Does anybody watch it? A domain without a watcher stays when it has ended. */
  hasMonitor: boolean;
  /** The path of the file it was created from. */
  configPath: string;
  /** `xl config-update`: what its next reboot takes. */
  stored: string | undefined;
  bootloaderUser: string;
  isOurs: boolean;
}

/** How many CPUs the host has. */
export const HOST_CPUS = 2;

/** A list of CPUs, without the spellings that nobody here uses, as `xl vcpu-list` shows it: one of each CPU is "all". */
export function affinityOf(cpus: string): string {
  const named = new Set(
    cpus.split(",").flatMap((part) => {
      const [first = 0, last = first] = part.split("-").map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    }),
  );
  return named.size >= HOST_CPUS ? "all" : cpus;
}

/** @throws Error with xl's words. */
export function readBuild(text: string, path: string): Build {
  const values = readConfigText(text, path);
  const name = wordOf(values.get("name"));
  if (name === undefined) throw new Error("Domain name must be specified.");
  const number = (key: string, otherwise: number): number => numberOf(values.get(key)) ?? otherwise;
  const word = (key: string, otherwise: string): string => wordOf(values.get(key)) ?? otherwise;
  const memoryMiB = number("memory", 0);
  const vcpus = number("vcpus", 1);
  return {
    name,
    uuid: wordOf(values.get("uuid"))?.toLowerCase(),
    type: word("type", "pv"),
    memoryMiB,
    maxMemoryMiB: number("maxmem", memoryMiB),
    vcpus,
    maxVcpus: number("maxvcpus", vcpus),
    cpus: word("cpus", "all"),
    weight: number("cpu_weight", 256),
    cap: number("cpu_cap", 0),
    kernel: word("kernel", ""),
    bootloader: word("bootloader", ""),
    disks: listOf(values.get("disk")).map(readDisk),
    vifs: listOf(values.get("vif")).map(readVif),
    vfb: listOf(values.get("vfb"))[0],
    onPoweroff: word("on_poweroff", "destroy") as EventAction,
    onReboot: word("on_reboot", "restart") as EventAction,
    onCrash: word("on_crash", "destroy") as EventAction,
  };
}

/** xl-disk-configuration(5): `format=raw,vdev=xvda,access=rw,target=/x`, or by position: `/x,raw,xvda,rw`. */
export function readDisk(text: string): Disk {
  const at = text.search(/(^|,)\s*target=/);
  const before = at < 0 ? text : text.slice(0, at);
  const parts = before.split(",").map((part) => part.trim());
  const keys = new Map(parts.filter((part) => part.includes("=")).map((part) => keyAndValue(part)));
  const places = parts.filter((part) => part !== "" && !part.includes("="));
  const target =
    at < 0
      ? (places.shift() ?? "").replace(/^(file|phy|tap2?(:tapdisk)?(:aio)?):/, "")
      : text.slice(text.indexOf("target=", at) + 7);
  const [format, vdev, access] = at < 0 && /^(file|phy):/.test(parts[0] ?? "") ? ["raw", ...places] : places;
  const known = keys.get("format") ?? (format === "" ? undefined : format) ?? "raw";
  if (!["raw", "qcow2", "qcow", "vhd", "qed", "empty"].includes(known))
    throw new Error(
      `config parsing error in disk specification: unknown value for format: near \`${known}' in \`${text}'`,
    );
  return {
    target: target.trim(),
    vdev: keys.get("vdev") ?? vdev ?? "xvda",
    format: known,
    isWritable: ["rw", "w"].includes(keys.get("access") ?? access ?? "rw"),
  };
}

export function readVif(text: string, devid: number): Vif {
  const keys = new Map(text.split(",").map((part) => keyAndValue(part.trim())));
  return {
    devid,
    mac: (keys.get("mac") ?? `00:16:3e:00:00:${devid.toString(16).padStart(2, "0")}`).toLowerCase(),
    bridge: keys.get("bridge") ?? "xenbr0",
  };
}

function keyAndValue(part: string): [string, string] {
  const at = part.indexOf("=");
  return at < 0 ? [part, ""] : [part.slice(0, at).trim(), part.slice(at + 1).trim()];
}

function wordOf(value: ConfigValue | undefined): string | undefined {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : undefined;
}

function numberOf(value: ConfigValue | undefined): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" && /^(0x[0-9a-f]+|\d+)$/i.test(value) ? Number(value) : undefined;
}

function listOf(value: ConfigValue | undefined): readonly string[] {
  return Array.isArray(value) ? (value as readonly string[]) : [];
}
