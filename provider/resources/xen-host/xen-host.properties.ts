/** What a XenHost is declared with and what it tells: one entry for each property. Pure. */
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { changeText } from "../../change";
import { pciDevice } from "../../host/boot/hidden-devices";
import type { Dom0Arguments } from "../../host/boot/hypervisor-arguments";
import { kernelWord } from "../../host/boot/kernel-arguments";
import type { PackageRepository } from "../../host/packages/package-manager";
import {
  type ChangeRule,
  type Outcome,
  type Property,
  UNSEEN,
  type ValuesOf,
  isUnknown,
  schemaOf,
} from "../../property";
import type { CommonInputs } from "../../pulumi";
import { type Connection, connectionSchema } from "../../remote/connection/connection";
import { rebootNote } from "./xen-host.guest-ways";
import {
  type SeenHost,
  growsTo,
  installedOf,
  kernelArgsInForce,
  passthroughInForce,
  repositoryInForce,
  runningDom0,
  xenArgsInForce,
} from "./xen-host.seen";
import { hypervisorArgument, kernelArgument, packageSpec, pciAddress, repository } from "./xen-host.values";

/** What the rules of entries need of the other properties. */
interface XenHostShall {
  readonly dom0?: Dom0Arguments | undefined;
  readonly hypervisorArgs?: readonly string[] | undefined;
  readonly kernelArgs?: readonly string[] | undefined;
  readonly passthrough?: readonly string[] | undefined;
  readonly packages?: readonly string[] | undefined;
  readonly repository?: PackageRepository | undefined;
  readonly reboot?: "whenNeeded" | "never" | undefined;
  readonly onHostReboot?: "refuse" | "save" | "shutdown" | undefined;
  readonly adopt?: boolean | undefined;
}

/** `boot`: only another boot of Xen makes it so. `dom0-memory`: dom0 is told while it runs. */
export type XenHostStep = "boot" | "dom0-memory";

const property = <V>(entry: Property<V, SeenHost, XenHostShall, XenHostStep>): typeof entry => entry;

/** Of an adopted host nothing is changed. */
const asItIsThere: Outcome<XenHostStep> = { effect: "none", note: "adopt: the up stops unless the host is so already" };

/** Where somebody else reboots the host, we do not. */
const byBoot = ({ reboot, onHostReboot, adopt }: XenHostShall): Outcome<XenHostStep> => {
  if (adopt === true) return asItIsThere;
  if (reboot === "never") return { effect: "none", note: "at the reboot that is left to you", steps: ["boot"] };
  const note = rebootNote(onHostReboot);
  return { effect: "reboot", steps: ["boot"], ...(note === undefined ? {} : { note }) };
};

/** Live within the size that dom0 booted with. What is not known yet may be either: the stronger is said. */
const byMemory = ({ running }: SeenHost, memoryMiB: unknown, shall: XenHostShall): Outcome<XenHostStep> => {
  if (shall.adopt === true) return asItIsThere;
  if (growsTo(running?.hypervisor ?? [], memoryMiB)) return { effect: "live", steps: ["dom0-memory"] };
  const isSure = !isUnknown(memoryMiB) && running?.isDom0Known !== false;
  return isSure || shall.reboot !== "never" ? byBoot(shall) : { ...byBoot(shall), effect: "live" };
};

const reboots: ChangeRule<unknown, SeenHost, XenHostShall, XenHostStep> = {
  says: "reboot, on trial; with `reboot: never` none",
  outcome: ({ shall }) => byBoot(shall),
};
const quiet: ChangeRule<unknown, SeenHost, XenHostShall, XenHostStep> = {
  says: "none",
  outcome: () => ({ effect: "none" }),
};
const quietlyMade: ChangeRule<unknown, SeenHost, XenHostShall, XenHostStep> = {
  says: "none",
  outcome: ({ shall }) => (shall.adopt === true ? asItIsThere : { effect: "none" }),
};

/** A list of which only counts what is in it, each entry in its normal form. */
const isSameSet =
  (normal: (entry: string) => string) =>
  (a: readonly string[] | undefined, b: readonly string[] | undefined): boolean => {
    const set = (list: readonly string[]): string[] => [...new Set(list.map(normal))].sort();
    return Array.isArray(a) && Array.isArray(b) ? isDeepStrictEqual(set(a), set(b)) : a === b;
  };
const asItIs = (entry: string): string => entry;

const DOM0_FIELDS = ["memoryMiB", "maxVcpus", "pinVcpus"] as const;

/** `pinVcpus: false` is the same as none. */
const dom0Field = (dom0: Dom0Arguments | undefined, field: (typeof DOM0_FIELDS)[number]): unknown => {
  const value = typeof dom0 === "object" ? dom0[field] : undefined;
  return value === false ? undefined : value;
};

export const xenHostTable = {
  /** `{ memoryMiB, maxVcpus, pinVcpus }`: what dom0 gets of the machine; what is left out stays Xen's own choice. */
  dom0: property<Dom0Arguments>({
    type: z.strictObject({
      memoryMiB: z.int().min(64).max(4194304).optional(),
      maxVcpus: z.int().min(1).max(4096).optional(),
      pinVcpus: z.boolean().optional(),
    }),
    default: {},
    defaultSays: "Xen's own choice",
    is: (seen, { dom0 }) => runningDom0(seen, dom0),
    same: (a, b) => typeof b !== "string" && DOM0_FIELDS.every((field) => dom0Field(a, field) === dom0Field(b, field)),
    change: {
      says: "reboot, on trial; `memoryMiB` live up to what dom0 booted with; with `reboot: never` no reboot",
      outcome: ({ shall }) => byBoot(shall),
    },
    entries: ({ from, to, is, shall }) =>
      typeof to === "string"
        ? [{ property: "dom0", text: changeText("dom0", from, to), ...byMemory(is, to, shall) }]
        : DOM0_FIELDS.filter((field) => dom0Field(from, field) !== dom0Field(to, field)).map((field) => ({
            property: `dom0.${field}`,
            text: changeText(`dom0.${field}`, dom0Field(from, field), dom0Field(to, field)),
            ...(field === "memoryMiB" ? byMemory(is, dom0Field(to, field), shall) : byBoot(shall)),
          })),
  }),
  /** Further arguments of the hypervisor (xen-command-line(7)), such as `["loglvl=all"]`, in any order. */
  hypervisorArgs: property<readonly string[]>({
    type: z.array(hypervisorArgument),
    default: [],
    defaultSays: "none",
    is: (seen, { hypervisorArgs }) => xenArgsInForce(seen, hypervisorArgs),
    same: isSameSet(asItIs),
    change: reboots,
  }),
  /** Further arguments of dom0's kernel, such as `["console=hvc0", 'foo="a b"']`, in any order. */
  kernelArgs: property<readonly string[]>({
    type: z.array(kernelArgument),
    default: [],
    defaultSays: "none",
    is: (seen, { kernelArgs, passthrough }) => kernelArgsInForce(seen, kernelArgs, passthrough),
    same: isSameSet(kernelWord),
    change: reboots,
  }),
  /** PCI devices for guests, such as `["03:00.0"]`, in any order: dom0's kernel is told that its driver pciback takes them (`xen-pciback.hide`). */
  passthrough: property<readonly string[]>({
    type: z.array(pciAddress),
    default: [],
    defaultSays: "none",
    is: (seen, { passthrough, kernelArgs }) => passthroughInForce(seen, passthrough, kernelArgs),
    same: isSameSet(pciDevice),
    change: reboots,
  }),
  /** Further packages to install, `name` or `name=version`; naming one of Xen's own pins it. They are never removed again. */
  packages: property<readonly string[]>({
    type: z.array(packageSpec),
    default: [],
    defaultSays: "none",
    is: (seen, { packages }) => installedOf(seen, packages),
    change: quietlyMade,
  }),
  /** `{ name, url, suite, components, signedBy, checkSignatures }`: a package source to add before anything is installed. */
  repository: property<PackageRepository>({
    type: repository,
    is: (seen, { repository: desired }) => repositoryInForce(seen, desired),
    change: quietlyMade,
  }),
  /** The tool that speaks to Xen: `auto` (the one that the host has) or `xl`. */
  toolstack: property<"auto" | "xl">({
    type: z.enum(["auto", "xl"]),
    default: "auto",
    is: ({ declared }) => (declared === undefined ? UNSEEN : declared.toolstack),
    change: quiet,
  }),
  /** `whenNeeded`: a change that needs it boots the host, once `allow` permits. `never`: the host is prepared, and you reboot it. */
  reboot: property<"whenNeeded" | "never">({
    type: z.enum(["whenNeeded", "never"]),
    default: "whenNeeded",
    is: ({ declared }) => (declared === undefined ? UNSEEN : declared.reboot),
    change: quiet,
  }),
  /** Before we reboot the host: `refuse` while guests run; `save`: they are saved to disk and restored; `shutdown`: they are shut down and started again. */
  onHostReboot: property<"refuse" | "save" | "shutdown">({
    type: z.enum(["refuse", "save", "shutdown"]),
    default: "refuse",
    is: ({ declared }) => (declared === undefined ? UNSEEN : declared.onHostReboot),
    change: quiet,
  }),
  /** What delete does: `keep`: it stays a Xen host. `restore`: from its next boot on, which is left to you, it is plain Linux. */
  onDelete: property<"keep" | "restore">({
    type: z.enum(["keep", "restore"]),
    default: "keep",
    is: ({ declared }) => (declared === undefined ? UNSEEN : declared.onDelete),
    change: quiet,
  }),
  /** A host that runs Xen already is used as it is, never changed, and left as it is by delete. It must run as declared. */
  adopt: property<boolean>({
    type: z.boolean(),
    default: false,
    is: ({ isAdopted }) => isAdopted,
    same: (from, to) => (from ?? false) === (to ?? false),
    change: {
      says: "none; from `true` on `false` what is missing is prepared as on every host",
      outcome: ({ to }) =>
        to === true
          ? { effect: "none", note: "from now on the host is only looked at" }
          : { effect: "none", note: "packages and the boot loader's settings are made where they are missing" },
    },
  }),
} as const;

export interface XenHostInputs extends CommonInputs, ValuesOf<typeof xenHostTable> {
  readonly connection: Connection;
}

export const xenHostInputs = schemaOf({ connection: { type: connectionSchema }, ...xenHostTable }, ["connection"]);

/**
 * `preparing` and `trial` are passed on the way. `fell-back`: the trial of Xen failed, plain Linux runs.
 * `awaiting-reboot`: `reboot: "never"`. `drifted`: the host is no longer as it was made.
 */
export type XenHostPhase = "preparing" | "trial" | "ready" | "fell-back" | "awaiting-reboot" | "drifted";

export interface XenHostOutputs {
  readonly machineId: string;
  /** Of the claim on the host; absent while none is known. */
  readonly claimId?: string;
  readonly phase: XenHostPhase;
  /** `none`; `edited`: the boot loader's settings differ; `regenerate`: its menu is older than they; `reboot`: Xen runs with others. */
  readonly drift: "none" | "edited" | "regenerate" | "reboot";
  readonly rebootNeeded: boolean;
  /** `4.17.7`; absent on plain Linux, as are all that follow. */
  readonly xenVersion?: string;
  /** As the running hypervisor tells it. */
  readonly xenCommandLine?: string;
  readonly kernelRelease: string;
  readonly dom0MemoryMiB?: number;
  readonly dom0Vcpus?: number;
  readonly totalMemoryMiB?: number;
  /** `["pv", "hvm", "hap"]`: what kinds of guests the processor allows. */
  readonly virtCaps?: readonly string[];
  readonly scheduler?: string;
  /** What the host boots when nobody intervenes; `unknown`: it has no boot loader that we know. */
  readonly defaultBoot: "xen" | "linux" | "unknown";
  /** It is used as it is (`adopt`), and what it ran then is recorded on it. */
  readonly isAdopted: boolean;
  /** Installed versions of the packages that make it a Xen host. */
  readonly packageVersions: Readonly<Record<string, string>>;
  /** What of Xen is installed and waits for a reboot, and what is to be had: a sentence each. */
  readonly warnings: readonly string[];
}
