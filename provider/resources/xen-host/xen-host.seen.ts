/**
 * A XenHost on its machine as a value, observed or as saved inputs would have made it, and what it shows of each property.
 * What runs counts, and of that only what is asked for or once was: an administrator's own arguments are no drift. Pure;
 * values that are not known yet are tolerated anywhere.
 */
import {
  DOM0_ARGUMENTS,
  type Dom0Arguments,
  dom0MaximumMiB,
  hypervisorArguments,
  missingArguments,
  parseHypervisorArguments,
} from "../../host/boot/hypervisor-arguments";
import { dom0KernelWord, hiddenDevices, hideArguments, hidesDevices, pciDevice } from "../../host/boot/hidden-devices";
import {
  type PackageRepository,
  inNormalForm,
  isSameRepository,
  packageName,
  packageVersion,
} from "../../host/packages/package-manager";
import { XEN_PACKAGES } from "../../host/families/families";
import { isNearDom0 } from "../../toolstack";
import { hasUnknown, UNSEEN } from "../../property";

interface Words {
  readonly hypervisor: readonly string[];
  /** Without their quotes. */
  readonly kernel: readonly string[];
}

interface Asked extends Words {
  /** Devices that `passthrough` asked to hide, which is one word of the kernel's line. */
  readonly hidden: readonly string[];
}

export interface SeenHost {
  /** The two command lines, word by word, and the memory that dom0 has; `undefined`: it runs no Xen that answers. */
  readonly running: (Words & { readonly dom0MiB: number | undefined; readonly isDom0Known?: boolean }) | undefined;
  /** What we ever asked of them and have not seen gone. */
  readonly asked: Asked;
  /** Installed versions by name; "" for any. One that is pinned to a part of its version has just that. */
  readonly packages: ReadonlyMap<string, string>;
  /** Package sources of ours by name. */
  readonly repositories: ReadonlyMap<string, PackageRepository>;
  /** What it runs was recorded, to be used as it is. */
  readonly isAdopted: boolean | undefined;
  /** The saved inputs, of an object that they made: for what no host shows. */
  readonly declared:
    | {
        readonly toolstack?: "auto" | "xl" | undefined;
        readonly reboot?: "whenNeeded" | "never" | undefined;
        readonly onHostReboot?: "refuse" | "save" | "shutdown" | undefined;
        readonly onDelete?: "keep" | "restore" | undefined;
      }
    | undefined;
}

interface Saved {
  readonly dom0?: Dom0Arguments | undefined;
  readonly hypervisorArgs?: readonly string[] | undefined;
  readonly kernelArgs?: readonly string[] | undefined;
  readonly passthrough?: readonly string[] | undefined;
  readonly packages?: readonly string[] | undefined;
  readonly repository?: PackageRepository | undefined;
}

/** The host as these saved inputs would have made it: what a preview plans from. */
export function asMade(
  inputs: Saved & NonNullable<SeenHost["declared"]> & { readonly adopt?: boolean | undefined },
): SeenHost {
  const hypervisor = hypervisorArguments(known(inputs.dom0), listOf(inputs.hypervisorArgs));
  const kernel = listOf(inputs.kernelArgs).map(dom0KernelWord);
  const hidden = listOf(inputs.passthrough).map(pciDevice);
  const { toolstack, reboot, onHostReboot, onDelete, adopt } = inputs;
  // A preview does not know which family's are there; each has its own names for them.
  const packages = [...XEN_PACKAGES, ...listOf(inputs.packages)];
  const repository = hasUnknown(inputs.repository) ? undefined : inputs.repository;
  return {
    running: {
      hypervisor,
      kernel: [...kernel, ...hideArguments(hidden)],
      dom0MiB: known(inputs.dom0).memoryMiB,
      isDom0Known: !hasUnknown(inputs.dom0),
    },
    asked: { hypervisor, kernel, hidden },
    packages: new Map(packages.map((spec) => [packageName(spec), packageVersion(spec) ?? ""] as const)),
    repositories: new Map(repository === undefined ? [] : [[repository.name, inNormalForm(repository)] as const]),
    isAdopted: adopt,
    declared: { toolstack, reboot, onHostReboot, onDelete },
  };
}

export function runningDom0(
  { running, asked }: SeenHost,
  desired: Dom0Arguments | undefined,
): Dom0Arguments | undefined | typeof UNSEEN {
  if (running === undefined) return UNSEEN;
  const wanted = known(desired);
  const booted = parseHypervisorArguments(running.hypervisor).dom0;
  const isBallooned =
    booted.memoryMiB !== undefined && running.dom0MiB !== undefined && !isNearDom0(running.dom0MiB, booted.memoryMiB);
  const now = isBallooned ? { ...booted, memoryMiB: running.dom0MiB } : booted;
  const [memory] = hypervisorArguments({ memoryMiB: wanted.memoryMiB }, []);
  // Set while it runs: the command line says otherwise until the next boot.
  const isSetLive =
    memory !== undefined && asked.hypervisor.includes(memory) && growsTo(running.hypervisor, wanted.memoryMiB);
  const field = <F extends keyof Dom0Arguments>(name: F, argument: string): Pick<Dom0Arguments, F> | object => {
    const words = hypervisorArguments({ [name]: wanted[name] }, []);
    const isAsked = asked.hypervisor.some((arg) => keyOf(arg) === argument && running.hypervisor.includes(arg));
    const isHonoured =
      (name === "memoryMiB" && isSetLive) ||
      (words.length > 0 && missingArguments(words, running.hypervisor).length === 0);
    // The same figure in words that Xen reads otherwise (a size without its maximum) is none.
    const value = isHonoured ? wanted[name] : words.length > 0 || isAsked ? now[name] : undefined;
    return value === undefined || (!isHonoured && value === wanted[name]) ? {} : { [name]: value };
  };
  return {
    ...field("memoryMiB", "dom0_mem"),
    ...field("maxVcpus", "dom0_max_vcpus"),
    ...field("pinVcpus", "dom0_vcpus_pin"),
  };
}

/** May dom0 be given this size without a boot? */
export function growsTo(hypervisor: readonly string[], memoryMiB: unknown): boolean {
  const maximum = dom0MaximumMiB(hypervisor);
  return typeof memoryMiB === "number" && maximum !== undefined && memoryMiB <= maximum;
}

export function xenArgsInForce(seen: SeenHost, desired: unknown): readonly string[] | undefined | typeof UNSEEN {
  const isDom0 = (arg: string): boolean => (DOM0_ARGUMENTS as readonly string[]).includes(keyOf(arg));
  const asked = seen.asked.hypervisor.filter((arg) => !isDom0(arg));
  if (seen.running === undefined) return UNSEEN;
  const { hypervisor } = seen.running;
  const found = [...new Set([...asked, ...listOf(desired)])].filter((arg) => hypervisor.includes(arg));
  return found.length === 0 && desired === undefined ? undefined : found;
}

/** In the writing of the desired ones. `passthrough`: where it names devices, the argument that hides them is its own. */
export function kernelArgsInForce(
  { running, asked }: SeenHost,
  desired: unknown,
  passthrough: unknown,
): readonly string[] | undefined | typeof UNSEEN {
  if (running === undefined) return UNSEEN;
  const wanted = listOf(desired);
  const words = wanted.map(dom0KernelWord);
  const isHidden = listOf(passthrough).length > 0;
  const others = asked.kernel.filter((word) => !words.includes(word) && !(isHidden && hidesDevices(word)));
  const isRunning = (word: string): boolean => running.kernel.includes(word);
  const found = [...others.filter(isRunning), ...wanted.filter((_, at) => isRunning(words[at] ?? ""))];
  return found.length === 0 && desired === undefined ? undefined : [...new Set(found)];
}

/** In the writing of the desired ones. Where `kernelArgs` hides devices itself, they are no business of `passthrough`. */
export function passthroughInForce(
  { running, asked }: SeenHost,
  desired: unknown,
  kernelArgs: unknown,
): readonly string[] | undefined | typeof UNSEEN {
  if (running === undefined) return UNSEEN;
  const writing = new Map(listOf(desired).map((address) => [pciDevice(address), address] as const));
  const asks = listOf(kernelArgs).some(hidesDevices) ? [] : asked.hidden;
  const found = hiddenDevices(running.kernel).filter((device) => writing.has(device) || asks.includes(device));
  return found.length === 0 && desired === undefined ? undefined : found.map((device) => writing.get(device) ?? device);
}

/** Those of the desired ones that are installed: others are not removed. */
export function installedOf({ packages }: SeenHost, desired: unknown): readonly string[] | undefined {
  return desired === undefined ? undefined : listOf(desired).filter((spec) => isInstalled(packages, spec));
}

export function isInstalled(packages: ReadonlyMap<string, string>, spec: string): boolean {
  const have = packages.get(packageName(spec));
  return have !== undefined && (packageVersion(spec) ?? have) === have;
}

/** The desired one where the host's says just that, also in other words; else the host's. */
export function repositoryInForce(
  { repositories }: SeenHost,
  desired: PackageRepository | undefined,
): PackageRepository | undefined {
  if (desired === undefined || hasUnknown(desired)) return undefined;
  const found = repositories.get(desired.name);
  return isSameRepository(found, desired) ? desired : found;
}

function known(dom0: Dom0Arguments | undefined): Dom0Arguments {
  return typeof dom0 === "object" ? dom0 : {};
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? (value as string[]) : [];
}

function keyOf(arg: string): string {
  return arg.split("=", 1)[0] ?? arg;
}
