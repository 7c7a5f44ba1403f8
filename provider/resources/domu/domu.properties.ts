/**
 * The guest's table: every property once, with its type, default, key of xl.cfg(5), where the host shows it, and what a
 * change of it does. Names are Xen's own where Xen has one; units are in the names. Pure.
 */
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { Outcome, Property, ValuesOf } from "../../property";
import { UNSEEN, hasUnknown, isUnknown } from "../../property";
import type { CommonInputs } from "../../pulumi";
import { type Connection, connectionSchema } from "../../remote/connection/connection";
import {
  type CloudInit,
  DOMAIN_TYPES,
  type DomainConfig,
  type DomainType,
  type DiskSpec,
  EVENT_ACTIONS,
  type EventAction,
  UUID_PATTERN,
  normalDomainConfig,
} from "../../xen";
import { address } from "../address";
import { hostPath } from "../host-path";
import { hasSeedDisk, isSeedOf, seedDisk, shownCloudInit } from "./domu.cloud-init";
import { cloudInitSchema } from "./domu.cloud-init.schema";
import { bootOf, isDefaultLoader, vfbOf, vfbSpec } from "./domu.boot";
import { sameCpus } from "./domu.cpus";
import { declaredDisk, diskChanges, diskSchema } from "./domu.disks";
import { type Guest, configOf, powerStateOf } from "./domu.guest";
import { installSchema, waitSchema } from "./domu.install.schema";
import { isKnownList } from "./domu.lists";
import { attachDisk, pinVcpus, setByVerb, setMemory, setVcpus, unpause } from "./domu.live";
import {
  BOOT_MODES,
  type BootMode,
  type DomUShall,
  type DomUVfb,
  type LiveStep,
  SNAPSHOT_OCCASIONS,
  type SnapshotOccasion,
} from "./domu.shall";
import { declaredVif, specText, vifChanges, vifSchema } from "./domu.vifs";

type GuestProperty<V> = Property<V, Guest, DomUShall, LiveStep>;
type GuestOutcome = Outcome<LiveStep>;

/** An entry with its value's type worked out from its check. */
function property<V>(entry: GuestProperty<V>): GuestProperty<V> {
  return entry;
}

/** Less memory than this comes with a restart: `xl mem-set` far down kills a guest and ends with 0 (seen at 64 MiB on 4.17). */
const LIVE_FLOOR_MIB = 128;

/** xl's own where nothing is said (seen on 4.17). */
const DEFAULT_WEIGHT = 256;

const text = z.string().regex(/^[^\u0000-\u001f\u007f]*$/, "must be one line without control characters");
const mebibytes = z.int().min(16).max(4_194_304);
const cpuCount = z.int().min(1).max(512);

/** What only a new domain takes; where none runs, the file alone changes. */
const restart = {
  says: "restart",
  outcome: ({ is }: { is: Guest }): GuestOutcome => ({ effect: is.domain === undefined ? "none" : "restart" }),
} as const;

/** What no domain has: it is used once, or only while something is done. */
const none = (says: string, note?: string) => ({
  says,
  outcome: (): GuestOutcome => ({ effect: "none", ...(note === undefined ? {} : { note }) }),
});

function changesLive(is: Guest, ...steps: LiveStep[]): GuestOutcome {
  return is.domain === undefined ? { effect: "none" } : { effect: "live", steps };
}

/** As the guest was built, or will be. */
const built =
  <V>(read: (config: DomainConfig, shall: DomUShall) => V) =>
  (is: Guest, shall: DomUShall): V | undefined | typeof UNSEEN => {
    const config = configOf(is);
    return config === undefined ? UNSEEN : read(config, shall);
  };

/** As the running domain shows it; of a guest that is down, as its file says. */
const shownBy =
  <V>(domain: (domain: NonNullable<Guest["domain"]>) => V, file: (config: DomainConfig) => V) =>
  (is: Guest): V | undefined | typeof UNSEEN => {
    if (is.domain !== undefined) return domain(is.domain);
    return is.file === undefined ? UNSEEN : file(is.file);
  };

/** Known only of a guest that saved inputs made. */
const declared =
  (name: string) =>
  (is: Guest): never =>
    (is.declared === undefined ? UNSEEN : is.declared[name]) as never;

export const domuTable = {
  /** The domain's name, its own on the host: letters, digits, dots, dashes and underscores, at most 63. */
  name: property({
    defaultSays: "the resource's name",
    type: z
      .string()
      .regex(
        /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
        "must be letters, digits, dots, dashes and underscores, at most 63, and begin with a letter or digit",
      )
      .refine((name) => !/^\d+$/.test(name), "must hold a letter: xl reads a bare number as a domain id")
      .refine((name) => name !== "Domain-0", "is the host itself"),
    key: "name",
    // What its files are called is no other value of it: the job that renames looks at both (domu.jobs.ts).
    is: ({ domain, name }) => domain?.name ?? name ?? UNSEEN,
    change: { says: "live", outcome: () => ({ effect: "live" }) },
  }),
  /** Its identity (a uuid in lower case), by which it is found whatever it is called. */
  uuid: property({
    type: z.string().regex(UUID_PATTERN, "must be a uuid such as 5b0a5f6e-6c5e-4f0e-9d7c-0e6d7f1a2b3c, in lower case"),
    defaultSays: "derived from the host and the resource, the same for ever",
    key: "uuid",
    is: ({ uuid }) => uuid ?? UNSEEN,
    change: {
      says: "replace",
      outcome: ({ shall }) => ({ effect: "replace", losesData: shall.install !== undefined }),
    },
  }),
  /** How it is virtualised: `pv`, `pvh` or `hvm`. `pvh` and `hvm` need a CPU with hardware virtualisation. */
  type: property<DomainType>({
    type: z.enum(DOMAIN_TYPES),
    default: "pv",
    key: "type",
    is: shownBy(
      ({ type }) => type as DomainType | undefined,
      (file) => file.type as DomainType | undefined,
    ),
    change: restart,
  }),
  /** The guest's memory, in MiB, at least 16. */
  memoryMiB: property({
    type: mebibytes,
    default: 512,
    key: "memory",
    is: shownBy(
      (domain) => domain.memoryMiB,
      (file) => file.memoryMiB,
    ),
    change: {
      says: "live from 128 MiB up to maxMemoryMiB, else restart",
      outcome: ({ from, to, is }) => {
        if (is.domain === undefined) return { effect: "none" };
        if (hasUnknown([from, to, is.domain.maxMemoryMiB]) || to === undefined) return { effect: "restart" };
        const fits = to <= is.domain.maxMemoryMiB && (to >= LIVE_FLOOR_MIB || to >= (from ?? 0));
        return fits ? changesLive(is, setMemory(to)) : { effect: "restart" };
      },
    },
  }),
  /** What its memory may grow to without a restart, in MiB. */
  maxMemoryMiB: property({
    type: mebibytes,
    default: ({ memoryMiB }, olds) => atLeast(memoryMiB, olds?.maxMemoryMiB),
    defaultSays: "what it is; at first memoryMiB",
    key: "maxmem",
    is: shownBy(
      (domain) => domain.maxMemoryMiB,
      (file) => file.maxMemoryMiB ?? file.memoryMiB,
    ),
    change: restart,
  }),
  /** The number of its virtual CPUs, 1 to 512. */
  vcpus: property({
    type: cpuCount,
    default: 1,
    key: "vcpus",
    is: shownBy(
      (domain) => domain.vcpus,
      (file) => file.vcpus,
    ),
    change: {
      says: "live up to maxVcpus, else restart",
      outcome: ({ to, is }) => {
        if (is.domain === undefined) return { effect: "none" };
        if (hasUnknown([to, is.domain.maxVcpus]) || to === undefined || to > is.domain.maxVcpus)
          return { effect: "restart" };
        return changesLive(is, setVcpus(to));
      },
    },
  }),
  /** The number that its virtual CPUs may grow to without a restart, 1 to 512. */
  maxVcpus: property({
    type: cpuCount,
    default: ({ vcpus }, olds) => atLeast(vcpus, olds?.maxVcpus),
    defaultSays: "what it is; at first vcpus",
    key: "maxvcpus",
    is: shownBy(
      (domain) => domain.maxVcpus,
      (file) => file.maxVcpus ?? file.vcpus,
    ),
    change: restart,
  }),
  /** The host's CPUs that it may run on, such as `"0-3,^1"`. */
  cpus: property({
    type: z.string().regex(/^(all|\^?\d+(-\d+)?(,\^?\d+(-\d+)?)*)$/, 'must be a list of CPUs such as "0-3,^1"'),
    defaultSays: "all",
    key: "cpus",
    // What xl shows of a pinning is lost at the guest's own reboot and by save and restore (seen on 4.17).
    is: shownBy(
      ({ cpus }) => (cpus === "all" ? undefined : (cpus ?? "mixed")),
      (file) => file.cpus,
    ),
    same: (from, to, is) => sameCpus(from, to, is.hostCpus),
    change: {
      says: "live",
      outcome: ({ to, is }) => (isUnknown(to) ? { effect: "live" } : changesLive(is, pinVcpus(to ?? "all"))),
    },
  }),
  /** Its share of CPU time against other guests, a number from 1 to 65535: one with twice the weight gets twice as much while the CPUs are busy. */
  cpuWeight: property({
    type: z.int().min(1).max(65535),
    defaultSays: "256",
    key: "cpu_weight",
    is: shownBy(
      ({ cpuWeight }) => (cpuWeight === DEFAULT_WEIGHT ? undefined : cpuWeight),
      (file) => numberOf(file.others["cpu_weight"]),
    ),
    same: (from, to) => (from ?? DEFAULT_WEIGHT) === (to ?? DEFAULT_WEIGHT),
    change: {
      says: "live",
      outcome: ({ to = DEFAULT_WEIGHT, is }) =>
        changesLive(
          is,
          setByVerb("cpuWeight", to, (on) => on.setScheduling({ weight: to })),
        ),
    },
  }),
  /** The most CPU time that it may use, in percent of one CPU, also while CPUs are idle; 0: as much as there is. */
  cpuCap: property({
    type: z.int().min(0).max(51200),
    defaultSays: "0",
    key: "cap",
    is: shownBy(
      ({ cpuCap }) => (cpuCap === 0 ? undefined : cpuCap),
      (file) => numberOf(file.others["cap"]),
    ),
    same: (from, to) => (from ?? 0) === (to ?? 0),
    change: {
      says: "live",
      outcome: ({ to = 0, is }) =>
        changesLive(
          is,
          setByVerb("cpuCap", to, (on) => on.setScheduling({ cap: to })),
        ),
    },
  }),
  /** How its kernel is found: `pygrub` in its own disk, without privileges; `pvgrub2` by GRUB inside the guest; `direct` by kernel and ramdisk on the host. An `hvm` guest has a firmware instead. */
  boot: property<BootMode>({
    type: z.enum(BOOT_MODES),
    default: ({ type }) => (type === "hvm" ? undefined : "pygrub"),
    defaultSays: "pygrub; hvm: none",
    is: built(bootOf),
    change: restart,
  }),
  /** Absolute path of a kernel on the host; with boot `direct`, or another boot loader with `pvgrub2`. */
  kernel: property({
    type: hostPath("a kernel"),
    is: built((config, shall) =>
      isDefaultLoader(config) && config.kernel !== shall.kernel ? undefined : config.kernel,
    ),
    change: restart,
  }),
  /** Absolute path of a ramdisk on the host; with boot `direct`. */
  ramdisk: property({ type: hostPath("a ramdisk"), is: built((config) => config.ramdisk), change: restart }),
  /** The kernel argument `root=`, such as `/dev/xvda1 ro`. */
  root: property({ type: text, key: "root", is: built((config) => config.root), change: restart }),
  /** Further kernel arguments, such as `console=hvc0`. */
  extra: property({ type: text, key: "extra", is: built((config) => config.extra), change: restart }),
  /** Its disks, in order: images and block devices of the host. It boots from the first one. */
  disks: property({
    type: z.array(diskSchema),
    is: (is, shall) => {
      const disks = is.domain === undefined ? is.file?.disks : is.domain.disks;
      if (disks === undefined) return is.file === undefined ? UNSEEN : [];
      if (!isKnownList(disks)) return disks;
      const isSeed = isSeedOf(shall);
      return disks.filter((disk) => !isSeed(disk)).map((disk) => declaredDisk(disk, shall.disks));
    },
    same: (from, to, is) => diskChanges({ from, to, is, shall: { name: "" } }).length === 0,
    entries: diskChanges,
    change: {
      says: "live: further disks; restart: the first one, another path, format, device or mode",
      outcome: restart.outcome,
    },
  }),
  /** Its network interfaces, in order. */
  vifs: property({
    type: z.array(vifSchema),
    is: (is) => {
      const vifs = is.domain === undefined ? is.file?.vifs : is.domain.vifs;
      if (vifs !== undefined && !isKnownList(vifs)) return vifs;
      const record = is.domain === undefined ? is.file : (is.record ?? is.file);
      if (vifs === undefined) return is.file === undefined ? UNSEEN : [];
      return isKnownList(vifs) ? vifs.map((vif) => declaredVif(vif, record)) : vifs;
    },
    same: (from, to, is) => vifChanges({ from, to, is, shall: { name: "" } }).length === 0,
    entries: vifChanges,
    change: {
      says: "live: added and removed ones; restart: another bridge, mac, ip, script, rate or vifname",
      outcome: restart.outcome,
    },
  }),
  /** A screen by VNC, with keyboard and mouse. Its password stands in clear text in the guest's file on the host, and VNC takes 8 characters of it. */
  vfb: property<DomUVfb>({
    type: z.strictObject({
      vnc: z.boolean().optional(),
      vncListen: address.optional(),
      vncDisplay: z
        .int()
        .min(0)
        .max(999, "must be at most 999: the port is 5900 plus this. Say 1 for port 5901")
        .optional(),
      vncPassword: specText
        .min(1)
        .max(8, "must be at most 8 characters long, since VNC takes no more of it")
        .optional(),
    }),
    defaultSays: "none",
    // It may hold a password.
    isSecret: true,
    is: built((config) => vfbOf(config.vfbs?.[0])),
    same: (from, to) =>
      from === undefined || to === undefined
        ? from === to
        : JSON.stringify(vfbSpec(from)) === JSON.stringify(vfbSpec(to)),
    change: restart,
  }),
  /** What Xen does when the guest powers off: `destroy` takes the domain away, `restart` starts it again, `preserve` keeps it for a look. */
  onPoweroff: property<EventAction>({
    type: z.enum(EVENT_ACTIONS),
    default: "destroy",
    key: "on_poweroff",
    is: shownBy(
      (domain) => action(domain.onPoweroff),
      (file) => action(file.onPoweroff),
    ),
    change: restart,
  }),
  /** What Xen does when the guest reboots; the same words as `onPoweroff`. */
  onReboot: property<EventAction>({
    type: z.enum(EVENT_ACTIONS),
    default: "restart",
    key: "on_reboot",
    is: shownBy(
      (domain) => action(domain.onReboot),
      (file) => action(file.onReboot),
    ),
    change: restart,
  }),
  /** What Xen does when the guest crashes; the same words as `onPoweroff`, and `coredump-…` writes its memory to a file first. */
  onCrash: property<EventAction>({
    type: z.enum(EVENT_ACTIONS),
    default: "destroy",
    key: "on_crash",
    is: shownBy(
      (domain) => action(domain.onCrash),
      (file) => action(file.onCrash),
    ),
    change: restart,
  }),
  /** Any other key of xl.cfg(5), with a text, a whole number or a list of texts, such as `{ tsc_mode: "native" }`. */
  extraConfig: property({
    type: z.record(
      z.string().regex(/^[a-z][a-z0-9_]*$/, "must be a key of xl.cfg(5)"),
      z.union([text, z.int().min(0), z.array(text)], {
        error: "must be one line of text, a whole number of at least 0, or a list of texts",
      }),
    ),
    is: built((config) => furtherKeys(config)),
    same: sameOthers,
    change: restart,
  }),
  /** `true`: it is started with the host. */
  autostart: property({
    type: z.boolean(),
    default: false,
    is: ({ isAutostarted }) => isAutostarted,
    change: { says: "live", outcome: () => ({ effect: "live" }) },
  }),
  /** Whether it runs: `running` or `stopped`. A guest that crashed and was kept, or that somebody paused, is brought back to what is declared. */
  powerState: property<"running" | "stopped">({
    type: z.enum(["running", "stopped"]),
    default: "running",
    // A host shows more than a program may say: that is drift.
    is: powerStateOf as (is: Guest) => "running" | "stopped",
    change: {
      says: "to running: live; to stopped: restart",
      outcome: ({ to, is }) => {
        const from = powerStateOf(is);
        if (to === "stopped" || from === "crashed" || isUnknown(to)) return { effect: "restart" };
        return from === "paused" ? changesLive(is, unpause) : { effect: "live" };
      },
    },
  }),
  /** How its system is installed: writes one onto the first disk before the first boot, and never again after that. */
  install: property({
    type: installSchema,
    is: declared("install"),
    change: none("none (used only before the first boot)", "used only before the first boot"),
  }),
  /** What cloud-init inside the guest is told for its first boot: users, keys, packages, network. A further, read-only disk with the label `cidata` holds it, a file of mode 0600 on the host. */
  cloudInit: property<CloudInit>({
    type: cloudInitSchema,
    defaultSays: "none",
    // It may hold the hash of a password.
    isSecret: true,
    is: shownCloudInit,
    change: {
      says: "none (cloud-init reads it at the guest's first boot); its disk is plugged in and out live",
      outcome: ({ to, is, shall }) => {
        const note = "cloud-init reads it at the guest's first boot";
        const seed = seedDisk(shall);
        if (is.domain === undefined || seed === undefined) return { effect: "none", note };
        // It may turn out to be none, or at another device: and a guest's first disk, which may be it, is not plugged in or out.
        if (hasUnknown([to])) return { effect: isFirstDisk(is, seed) ? "restart" : "live", note };
        return hasSeedDisk(is, shall) ? { effect: "none", note } : { effect: "live", steps: [attachDisk(seed)], note };
      },
    },
  }),
  /**
   * A snapshot of each disk that the guest writes to, before a change that takes it down: `restart`; or `replace`, which is each removal of the
   * resource. Its disks must be DiskImages on logical volumes or in qcow2 files. The newest one stays, and its log names the way back.
   */
  snapshotBefore: property<readonly SnapshotOccasion[]>({
    type: z
      .array(z.enum(SNAPSHOT_OCCASIONS))
      .refine((all) => new Set(all).size === all.length, "must not hold one word twice"),
    defaultSays: "none are made",
    is: declared("snapshotBefore"),
    change: none("none: it counts at the next restart or removal", "it counts at the next restart or removal"),
  }),
  /** What must answer before the guest counts as created. */
  waitFor: property({
    defaultSays: "nothing: it counts as created when it runs",
    type: waitSchema,
    is: declared("waitFor"),
    change: none("none"),
  }),
} as const;

function isFirstDisk({ domain }: Guest, { target }: DiskSpec): boolean {
  return isKnownList(domain?.disks) && domain.disks[0]?.target === target;
}

function atLeast(least: number | undefined, before: number | undefined): number | undefined {
  return typeof before === "number" && typeof least === "number" && before >= least ? before : least;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

/** libxl names only what is not "destroy". */
function action(name: string | undefined): (typeof EVENT_ACTIONS)[number] {
  return EVENT_ACTIONS.find((known) => known === (name ?? "destroy")) ?? "destroy";
}

type Others = Record<string, string | number | string[]>;

/** Keys that no other property carries; `undefined` where there are none. */
function furtherKeys({ others: all }: DomainConfig): Others | undefined {
  const carried = new Set([
    ...Object.values(domuTable as Readonly<Record<string, { key?: string }>>).map(({ key }) => key),
    "disk",
    "vif",
    "vfb",
  ]);
  const further = Object.entries(all).filter(([key]) => !carried.has(key));
  return further.length === 0 ? undefined : normalOthers(Object.fromEntries(further));
}

/** In the one form that means the same to xl, whoever wrote them. */
function normalOthers(others: DomainConfig["others"]): Others {
  return normalDomainConfig({ others, foreign: [] }).others as Others;
}

function sameOthers(from: Others | undefined, to: Others | undefined): boolean {
  const isMarker = [from, to].some((record) => record !== undefined && typeof record !== "object");
  return isMarker ? from === to : isDeepStrictEqual(normalOthers(from ?? {}), normalOthers(to ?? {}));
}

/** Checked and completed; computed texts among them. */
export interface DomUInputs extends CommonInputs, Omit<ValuesOf<typeof domuTable>, "name"> {
  readonly connection: Connection;
  readonly name: string;
  /** Computed: the final configuration as people may see it, `[secret]` and `[unknown]` in their places. */
  readonly config?: string;
  /** Computed, so that a guest that is only updated shows no [unknown]: */
  readonly consoleCommand?: string;
  readonly configPath?: string;
  readonly ip?: string;
  readonly vncAddress?: string;
}

/** What the host tells; nothing of it is compared with the inputs. */
export interface DomUOutputs {
  readonly machineId: string;
  /** The claim on the host by which it is this resource's (host/claim.ts). */
  readonly claimId?: string;
  /** How far the guest's life has come; `done` when nothing is left to do. */
  readonly phase: string;
  /** Which toolstack its host has: `xl`, or `xm` where xend runs. Of state of before that was observed: absent. */
  readonly toolstack?: "xl" | "xm";
  /** In the words of a toolstack that no preview knows of; else the inputs have them. */
  readonly config?: string;
  readonly consoleCommand?: string;
  /** Another one after each reboot of the guest. */
  readonly domid?: number;
  readonly ip?: string;
  /** `127.0.0.1:5901` on the host. */
  readonly vncAddress?: string;
}

export const domuSchema = z.strictObject({
  connection: connectionSchema,
  ...Object.fromEntries(
    Object.entries(domuTable).map(([name, { type }]) => [
      name,
      name === "name" ? type : (type as z.ZodType).optional(),
    ]),
  ),
  config: z.string().optional(),
  consoleCommand: z.string().optional(),
  configPath: z.string().optional(),
});
