/** What forbids making a host a Xen host with these wishes: all of it at once, before anything is touched. Pure. */
import { missingArguments } from "../../host/boot/hypervisor-arguments";
import { SUPPORTED_SYSTEMS, familyOf } from "../../host/families";
import type { XenHostInputs } from "./xen-host.schema";
import type { ObservedHost } from "./xen-host.observe";
import { type XenHostWishes, wishesOf } from "./xen-host.wishes";

/** For the hypervisor itself and the smallest of guests. */
const BESIDES_DOM0_MIB = 192;
const BOOT_FREE_MIB = 40;

/** Whole sentences, each with its remedy; none: it can go on. */
export function preflightFaults(host: ObservedHost, inputs: XenHostInputs, needsReboot: boolean): string[] {
  const wishes = wishesOf(inputs);
  const family = familyOf(host.release);
  return [
    ...when(!host.isRoot, "We are not root on it. Log in as root, or set connection.sudo."),
    ...when(host.architecture !== "x86_64", `Its architecture is ${host.architecture}; only x86_64 is supported.`),
    ...when(family === undefined, `It runs ${host.release.prettyName}; supported are ${SUPPORTED_SYSTEMS}.`),
    ...when(
      host.role === "guest",
      "It is itself a guest of Xen, which cannot be a Xen host. Take a machine of its own, or a guest of another hypervisor with its own boot loader.",
    ),
    ...host.owners.map(
      (owner) =>
        `${owner} owns the domains of this host. ${owner === "XAPI" ? "Use a provider for XenServer and XCP-ng." : `Stop and disable ${owner} first.`}`,
    ),
    ...when(
      host.role !== "dom0" && host.hasSecureBoot,
      "Secure Boot is on, and Debian's hypervisor is not signed. Switch Secure Boot off in the firmware.",
    ),
    ...when(
      host.toolstackFault !== undefined,
      `It runs under Xen, but xl does not answer: ${host.toolstackFault ?? ""}. Look at "systemctl status xen" on it.`,
    ),
    ...memoryFaults(host, wishes),
    ...diskFaults(host, wishes, family?.packagesMiB ?? 0),
    ...grubFaults(host, needsReboot),
  ];
}

function memoryFaults(host: ObservedHost, { dom0 }: XenHostWishes): string[] {
  const total = host.xen?.totalMemoryMiB ?? host.memoryMiB;
  const wanted = dom0.memoryMiB ?? 0;
  return when(
    wanted + BESIDES_DOM0_MIB > total,
    `It has ${total} MiB of memory; dom0 with ${wanted} MiB leaves less than ${BESIDES_DOM0_MIB} MiB for Xen and its guests. Lower dom0.memoryMiB to ${Math.max(0, total - BESIDES_DOM0_MIB)} or less.`,
  );
}

function diskFaults(host: ObservedHost, wishes: XenHostWishes, packagesMiB: number): string[] {
  if (wishes.packageNames.every((name) => host.packages.has(name))) return [];
  const room = (path: string, free: number, needed: number): string[] =>
    when(free < needed, `${path} has ${free} MiB free; installing Xen needs ${needed} MiB. Make room there.`);
  return [
    ...room("/", host.freeMiB.root, packagesMiB),
    ...(host.freeMiB.var === host.freeMiB.root ? [] : room("/var", host.freeMiB.var, packagesMiB / 2)),
    ...room("/boot", host.freeMiB.boot, BOOT_FREE_MIB),
  ];
}

function grubFaults({ grub }: ObservedHost, needsReboot: boolean): string[] {
  if (grub === undefined) {
    return [
      "It does not boot with GRUB 2 (update-grub, grub-reboot and /boot/grub). Install grub-pc or grub-efi-amd64.",
    ];
  }
  return when(
    needsReboot && grub.unwritableOn !== undefined,
    `/boot/grub lies on ${grub.unwritableOn ?? ""}, where GRUB cannot write its environment block: a boot on trial would not come back by itself. Give /boot a partition of its own with ext4.`,
  );
}

/**
 * Where the running system is not the one wished for; whole clauses. Of an argument that we once asked for and no
 * longer do (`asked`), the running one must be rid.
 */
export function unmetWishes(host: ObservedHost, inputs: XenHostInputs): string[] {
  const wishes = wishesOf(inputs);
  if (host.xen === undefined) return [host.role === "dom0" ? "xl does not answer" : "it runs plain Linux, not Xen"];
  const running = host.xen.commandLine.split(/\s+/);
  const stale = host.asked.flatMap((line) => {
    const [where, arg = ""] = line.split(" ");
    if (where === "xen")
      return running.includes(arg) && !wishes.hypervisorArgs.includes(arg) && !isOverridden(arg, wishes) ? [arg] : [];
    return host.kernelArgs.includes(arg) && !wishes.kernelArgs.includes(arg) ? [arg] : [];
  });
  return [
    ...missingArguments(wishes.hypervisorArgs, running).map((arg) => `Xen runs without ${arg}`),
    ...wishes.kernelArgs
      .filter((arg) => !host.kernelArgs.includes(arg))
      .map((arg) => `dom0's kernel runs without ${arg}`),
    ...stale.map((arg) => `${arg} is still in force`),
  ];
}

/** What the command lines promise, as Xen then gave it; whole clauses. For a host whose wishes are met. */
export function brokenPromises(host: ObservedHost, inputs: XenHostInputs): string[] {
  const { dom0 } = wishesOf(inputs);
  if (host.xen === undefined) return [];
  const { dom0MemoryMiB, dom0Vcpus } = host.xen;
  return [
    ...when(
      dom0.memoryMiB !== undefined && Math.abs(dom0MemoryMiB - dom0.memoryMiB) > MEMORY_TOLERANCE_MIB,
      `dom0 has ${dom0MemoryMiB} MiB of memory, not ${dom0.memoryMiB ?? 0}`,
    ),
    ...when(
      dom0.maxVcpus !== undefined && dom0Vcpus > dom0.maxVcpus,
      `dom0 has ${dom0Vcpus} VCPUs, more than ${dom0.maxVcpus ?? 0}`,
    ),
  ];
}

/** Xen rounds dom0's size to what the kernel's image needs. */
const MEMORY_TOLERANCE_MIB = 16;

/** An older `dom0_mem=…` that a newer one, behind it, has made void. */
function isOverridden(arg: string, { hypervisorArgs }: XenHostWishes): boolean {
  const key = arg.split("=", 1)[0] ?? arg;
  return key.startsWith("dom0_") && hypervisorArgs.some((wanted) => wanted.startsWith(`${key}=`) || wanted === key);
}

function when(condition: boolean, text: string): string[] {
  return condition ? [text] : [];
}
