/** A guest's configuration, xl.cfg(5), as a value. */
import type { DiskSpec } from "./disk-spec";
import type { VfbSpec } from "./vfb-spec";
import type { VifSpec } from "./vif-spec";
import type { XlValue } from "./xl-text";

export const DOMAIN_TYPES = ["pv", "pvh", "hvm"] as const;
export type DomainType = (typeof DOMAIN_TYPES)[number];

/** What the toolstack does when the guest stops, by reason. */
export const EVENT_ACTIONS = [
  "destroy",
  "restart",
  "rename-restart",
  "preserve",
  "coredump-destroy",
  "coredump-restart",
] as const;
export type EventAction = (typeof EVENT_ACTIONS)[number];

export interface DomainConfig {
  readonly name?: string;
  readonly uuid?: string;
  readonly type?: string;
  readonly memoryMiB?: number;
  /** What the guest booted with is a limit until its next boot (`static max`). */
  readonly maxMemoryMiB?: number;
  readonly vcpus?: number;
  readonly maxVcpus?: number;
  /** `"0-1"`, `"3,5-8,^6"`. */
  readonly cpus?: string;
  readonly kernel?: string;
  readonly ramdisk?: string;
  readonly bootloader?: string;
  /** Run the boot loader without privileges; Xen 4.18 and later, ignored before. */
  readonly bootloaderRestrict?: number;
  readonly bootloaderUser?: string;
  readonly root?: string;
  readonly extra?: string;
  readonly disks?: readonly DiskSpec[];
  readonly vifs?: readonly VifSpec[];
  readonly vfbs?: readonly VfbSpec[];
  readonly onPoweroff?: string;
  readonly onReboot?: string;
  readonly onCrash?: string;
  /** All other keys, as they stand. */
  readonly others: Readonly<Record<string, XlValue>>;
  /** Comments: no part of the meaning. */
  readonly foreign: readonly string[];
  /** Keys that are kept as text; absent where there is none. */
  readonly unread?: readonly UnreadKey[];
  /** xl does not read the text at all; it is kept whole, and nothing of it stands above. */
  readonly refused?: RefusedText;
}

/** A key of which xl, or we, cannot make what it should be. */
export interface UnreadKey {
  readonly key: string;
  /** The assignment, which means to xl what the text that was read meant. */
  readonly text: string;
  /** xl's words where it has some. */
  readonly reason: string;
}

export interface RefusedText {
  readonly text: string;
  /** As xl counts: from 1, and of a missing word at the end of a line one too few. */
  readonly line: number;
  /** xl's words, without file and line. */
  readonly reason: string;
}

/** Our words for xl's plain keys, in the order in which they are written. */
export const PLAIN_KEYS = {
  name: "name",
  uuid: "uuid",
  type: "type",
  memoryMiB: "memory",
  maxMemoryMiB: "maxmem",
  vcpus: "vcpus",
  maxVcpus: "maxvcpus",
  cpus: "cpus",
  kernel: "kernel",
  ramdisk: "ramdisk",
  bootloader: "bootloader",
  bootloaderRestrict: "bootloader_restrict",
  bootloaderUser: "bootloader_user",
  root: "root",
  extra: "extra",
  onPoweroff: "on_poweroff",
  onReboot: "on_reboot",
  onCrash: "on_crash",
} as const;

export type PlainKey = keyof typeof PLAIN_KEYS;

/** The plain keys whose value is a number. */
export const NUMBER_KEYS: readonly PlainKey[] = [
  "memoryMiB",
  "maxMemoryMiB",
  "vcpus",
  "maxVcpus",
  "bootloaderRestrict",
];
