/**
 * Arguments of the hypervisor's command line (xen-command-line(7)): what is desired of dom0 becomes, and whether a
 * running hypervisor honours it. Pure.
 */

/** What dom0 gets of the machine. */
export interface Dom0Arguments {
  /** The fixed size of dom0, in MiB, at least 64; the rest is for guests. Default: Xen's own choice. */
  readonly memoryMiB?: number | undefined;
  /** The number of virtual CPUs that dom0 has at most. Default: one for each physical CPU. */
  readonly maxVcpus?: number | undefined;
  /** `true`: each of dom0's virtual CPUs has a physical CPU of its own. Default: `false`. */
  readonly pinVcpus?: boolean | undefined;
}

/**
 * Xen's line knows no quotes: a blank ends an argument. Quotes and backslashes arrive with a backslash before them where GRUB 2 boots it
 * (grub_create_loader_cmdline of 2.06), so they cannot be said. Xen reads 127 characters of an argument (parse_params, xen/common/kernel.c).
 */
export const HYPERVISOR_ARGUMENT = /^[!#-&(-[\]-~]{1,127}$/;

/** Set through `dom0`, never through `hypervisorArgs`. */
export const DOM0_ARGUMENTS = ["dom0_mem", "dom0_max_vcpus", "dom0_vcpus_pin"] as const;

/** `dom0_mem` says both size and maximum: with the size alone dom0 could still grow into the guests' memory. */
export function hypervisorArguments(dom0: Dom0Arguments, others: readonly string[]): string[] {
  return [
    ...(dom0.memoryMiB === undefined ? [] : [`dom0_mem=${dom0.memoryMiB}M,max:${dom0.memoryMiB}M`]),
    ...(dom0.maxVcpus === undefined ? [] : [`dom0_max_vcpus=${dom0.maxVcpus}`]),
    ...(dom0.pinVcpus === true ? ["dom0_vcpus_pin"] : []),
    ...others,
  ];
}

/** What a command line gives dom0; of an argument that stands there twice the last counts, as for Xen. */
export function parseHypervisorArguments(args: readonly string[]): { dom0: Dom0Arguments; others: string[] } {
  let dom0: Dom0Arguments = {};
  const others: string[] = [];
  for (const arg of args) {
    const key = keyOf(arg);
    const value = arg.slice(key.length + 1);
    if (key === "dom0_mem") {
      const memoryMiB = mebibytes(value.split(",").find((part) => /^\d/.test(part)) ?? "");
      if (memoryMiB !== undefined) dom0 = { ...dom0, memoryMiB };
    } else if (key === "dom0_max_vcpus") {
      const maxVcpus = Number(value.split("-").at(-1));
      if (Number.isInteger(maxVcpus) && maxVcpus > 0) dom0 = { ...dom0, maxVcpus };
    } else if (key === "dom0_vcpus_pin") dom0 = { ...dom0, pinVcpus: value !== "no" && value !== "0" };
    else others.push(arg);
  }
  return { dom0, others };
}

/** The size up to which dom0 may grow while it runs; `undefined`: the command line fixes none. */
export function dom0MaximumMiB(args: readonly string[]): number | undefined {
  const said = args.findLast((arg) => keyOf(arg) === "dom0_mem") ?? "";
  return mebibytes(/\bmax:(\d+[bkmgt]?)(?:,|$)/i.exec(said)?.[1] ?? "");
}

/** Those of `wanted` that `running` does not honour. */
export function missingArguments(wanted: readonly string[], running: readonly string[]): string[] {
  return wanted.filter((arg) => {
    const key = keyOf(arg);
    if (!(DOM0_ARGUMENTS as readonly string[]).includes(key)) return !running.includes(arg);
    const last = running.findLast((other) => keyOf(other) === key);
    return last === undefined || normalForm(last) !== normalForm(arg);
  });
}

/** Words of a command line; `placeholder` is GRUB's and means nothing. */
export function splitArguments(line: string): string[] {
  return line.split(/\s+/).filter((word) => word !== "" && word !== "placeholder");
}

function keyOf(arg: string): string {
  return arg.split("=", 1)[0] ?? arg;
}

/** `dom0_mem=1G,max:1024M` and `dom0_mem=1024M,max:1G` are one. */
function normalForm(arg: string): string {
  if (keyOf(arg) !== "dom0_mem") return arg;
  return arg.replaceAll(/\d+[bkmgt]?/gi, (size) => String(mebibytes(size) ?? size));
}

const UNIT_KIB: Readonly<Record<string, number>> = { b: 1 / 1024, k: 1, m: 1024, g: 1024 ** 2, t: 1024 ** 3 };

/** A size without a unit is in KiB (xen-command-line(7)). */
function mebibytes(size: string): number | undefined {
  const match = /^(\d+)([bkmgt]?)$/i.exec(size);
  if (match === null) return undefined;
  return (Number(match[1]) * (UNIT_KIB[(match[2] ?? "").toLowerCase() || "k"] ?? 1)) / 1024;
}
