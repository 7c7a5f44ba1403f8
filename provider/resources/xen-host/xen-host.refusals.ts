/** What forbids making a host the Xen host that is declared: all of it at once, before anything is touched. Pure. */
import { NotOwnedError, UnsupportedError } from "../../errors";
import { ownerWords, standingOf } from "../../host/claim";
import { SUPPORTED_SYSTEMS } from "../../host/families/families";
import { hiddenDevices, pciDevice } from "../../host/boot/hidden-devices";
import { packageName } from "../../host/packages/package-manager";
import { when } from "../../host/when";
import { shown } from "../../property";
import { type ObservedHost, installedVersions } from "./xen-host.observe";
import { isInstalled } from "./xen-host.seen";
import { type Kept, refuseOtherClaims } from "../claimed";
import { listed } from "../refusal";
import { type DesiredHost, desiredHost } from "./xen-host.desired";
import { guestFaults } from "./xen-host.guests";
import { liveMemoryFaults } from "./xen-host.memory";
import type { XenHostInputs } from "./xen-host.properties";

/** For the hypervisor itself and the smallest of guests. */
const BESIDES_DOM0_MIB = 192;
const BOOT_FREE_MIB = 40;
/** With a kernel and its ramdisk (8 and up to 70 MiB on Debian 12). */
const KERNEL_FREE_MIB = 120;

/** Whole sentences, each with its remedy; none: it can go on. */
export function hostRefusals(host: ObservedHost, inputs: XenHostInputs, needsReboot: boolean): string[] {
  const { family } = host;
  const desired = desiredHost(inputs, family);
  return [
    ...accessFaults(host),
    ...familyFaults(host),
    ...when(
      host.role !== "dom0" && host.hasSecureBoot,
      "Secure Boot is on, and the hypervisor is not signed. Switch Secure Boot off in the firmware.",
    ),
    // What has booted already, has.
    ...(needsReboot
      ? [...kernelFaults(host), ...kernelToNameFaults(host, desired), ...passthroughFaults(host, inputs)]
      : liveMemoryFaults(host, inputs)),
    ...(needsReboot && inputs.reboot !== "never" ? guestFaults(host, inputs) : []),
    ...memoryFaults(host, desired),
    ...diskFaults(host, desired, family?.packagesMiB ?? 0),
    ...packagesFaults(host, desired),
    ...bootFaults(host, needsReboot),
    ...(host.boot?.argumentFaults?.(desired.boot) ?? []),
    ...(needsReboot && inputs.reboot !== "never" && family?.lacks === undefined ? unattendedFaults(host) : []),
    ...(inputs.repository === undefined ? [] : (family?.packages.repositoryFaults(inputs.repository) ?? [])),
  ];
}

/** Who asks, what the host is, and who is in charge of its domains. */
export function accessFaults(host: ObservedHost): string[] {
  return [
    ...when(!host.isRoot, "We are not root on it. Log in as root, or set connection.sudo."),
    ...when(host.architecture !== "x86_64", `Its architecture is ${host.architecture}; only x86_64 is supported.`),
    ...when(
      host.role === "guest",
      "It is itself a guest of Xen, which cannot be a Xen host. Take a machine of its own, or a guest of another hypervisor with its own boot loader.",
    ),
    ...when(
      host.container !== undefined,
      `It is a container (${host.container ?? ""}), which boots no kernel of its own. Take the machine that it runs on.`,
    ),
    ...host.owners.map(
      (owner) =>
        `${owner} owns the domains of this host. ${owner === "XAPI" ? "Use a provider for XenServer and XCP-ng." : `Stop and disable ${owner} first.`}`,
    ),
    ...when(
      host.toolstackFault !== undefined,
      `It runs under Xen, but xl does not answer: ${host.toolstackFault ?? ""}. Look at "systemctl status xen" on it.`,
    ),
  ];
}

/** What forbids giving the host back as plain Linux. */
export function restoreRefusals(host: ObservedHost): string[] {
  return [...familyFaults(host), ...bootFaults(host, false)];
}

function familyFaults({ family, release, role }: ObservedHost): string[] {
  const asItIs = role === "dom0" ? " It runs Xen already: with `adopt: true` it is used as it is." : "";
  if (family === undefined) return [`It runs ${release.prettyName}; supported are ${SUPPORTED_SYSTEMS}.${asItIs}`];
  return family.lacks === undefined ? [] : [`It runs ${release.prettyName}, and ${family.lacks}`];
}

/** Where there is none that can be dom0, one is installed. */
function kernelFaults({ dom0Kernels, kernelLacks }: ObservedHost): string[] {
  const off = missingInAll(dom0Kernels, kernelLacks).filter((option) => !option.includes("PCIDEV"));
  return when(
    off.length > 0,
    `Its kernel ${dom0Kernels.join(", ")} can be dom0, but ${off.join(" and ")} is off in its configuration: guests would have no disk or no network. Install a kernel that has it, or remove this one, and the distribution's is installed.`,
  );
}

/** Where it is the user who names a kernel that can be dom0, and none that is to come looks like one. */
function kernelToNameFaults(host: ObservedHost, { packages }: DesiredHost): string[] {
  const { family, dom0Kernels } = host;
  if (family?.dom0KernelWords === undefined || dom0Kernels.length > 0) return [];
  const installed = installedVersions(host, packages);
  const comes = packages.some((spec) => /kernel|linux/.test(packageName(spec)) && !isInstalled(installed, spec));
  return when(!comes, `None of its kernels can be dom0. ${family.dom0KernelWords}`);
}

/** What no kernel that can be dom0 has. */
function missingInAll(kernels: readonly string[], lacks: ObservedHost["kernelLacks"]): string[] {
  const [first, ...others] = kernels.map((kernel) => lacks.get(kernel) ?? []);
  return (first ?? []).filter((option) => others.every((other) => other.includes(option)));
}

function passthroughFaults(host: ObservedHost, { passthrough = [], secretProperties = [] }: XenHostInputs): string[] {
  if (passthrough.length === 0) return [];
  const words = (addresses: readonly string[]): string =>
    shown(addresses, { secret: secretProperties.includes("passthrough") });
  const missing = passthrough.filter((address) => !host.devices.includes(pciDevice(address)));
  const devices = passthrough.map(pciDevice);
  const others = hiddenDevices(host.kernelArgs).filter(
    (device) =>
      !devices.includes(device) && !host.asked.includes(`hide ${device}`) && !host.asked.some(asksToHide(device)),
  );
  return [
    ...when(
      missing.length > 0,
      `It has no PCI device ${words(missing)}. Take passthrough's addresses from "lspci -D" on it.`,
    ),
    ...when(
      missingInAll(host.dom0Kernels, host.kernelLacks).some((option) => option.includes("PCIDEV")),
      "Its kernel has no pciback (CONFIG_XEN_PCIDEV_BACKEND is off in its configuration), which passes devices through. Install a kernel that has it, or remove passthrough.",
    ),
    ...when(
      others.length > 0,
      `Settings of its own hide the PCI devices ${others.join(", ")} (xen-pciback.hide in /proc/cmdline), and of two such arguments the kernel takes the last. Name these devices in passthrough as well.`,
    ),
  ];
}

/** In an argument of `kernelArgs`. */
const asksToHide =
  (device: string) =>
  (line: string): boolean =>
    line.startsWith("linux ") && hiddenDevices([line.slice("linux ".length)]).includes(device);

function packagesFaults(host: ObservedHost, desired: DesiredHost): string[] {
  const installed = installedVersions(host, desired.packages);
  const isComplete = desired.packages.every((spec) => isInstalled(installed, spec)) && host.dom0Kernels.length > 0;
  return when(
    host.packagesBusy !== undefined && !isComplete,
    `${host.packagesBusy ?? ""} is installing packages on it. Run \`pulumi up\` again when it has ended.`,
  );
}

/** What leaves a trial waiting for somebody. */
function unattendedFaults({ passphrases, runsAtBoot }: ObservedHost): string[] {
  return [
    ...when(
      passphrases.length > 0,
      `Its root file system lies on ${passphrases.join(", ")}, which waits for a passphrase at each boot: neither Xen nor plain Linux after a failed trial would come up by itself. Give it a key file, a TPM or Clevis in /etc/crypttab; or set \`reboot: "never"\` and boot it yourself.`,
    ),
    ...when(
      !runsAtBoot,
      'Neither systemd nor OpenRC nor System V init starts it, so that nothing would end a Xen that nobody reaches. Set `reboot: "never"` and boot it yourself.',
    ),
  ];
}

function memoryFaults(host: ObservedHost, { dom0 }: DesiredHost): string[] {
  const total = host.xen?.totalMemoryMiB ?? host.memoryMiB;
  const wanted = dom0.memoryMiB ?? 0;
  return when(
    wanted + BESIDES_DOM0_MIB > total,
    `It has ${total} MiB of memory; dom0 with ${wanted} MiB leaves less than ${BESIDES_DOM0_MIB} MiB for Xen and its guests. Lower dom0.memoryMiB to ${Math.max(0, total - BESIDES_DOM0_MIB)} or less.`,
  );
}

function diskFaults(host: ObservedHost, desired: DesiredHost, packagesMiB: number): string[] {
  if (host.isInMemory)
    return [
      "Its system lies in memory (its root file system is a tmpfs, as that of a diskless Alpine): what is installed is gone after a reboot, and a Xen on trial could not be told from one that never was. Install it to a disk (setup-disk -m sys).",
    ];
  if (host.readOnly.length > 0)
    return [
      `${host.readOnly.join(" and ")} is mounted read-only. Look at "dmesg" on it for errors of the disk, and mount it read-write.`,
    ];
  if (desired.packageNames.every((name) => host.packages.has(name))) return [];
  const room = (path: string, free: number, needed: number): string[] =>
    when(free < needed, `${path} has ${free} MiB free; installing Xen needs ${needed} MiB. Make room there.`);
  return [
    ...room("/", host.freeMiB.root, packagesMiB),
    ...(host.freeMiB.var === host.freeMiB.root ? [] : room("/var", host.freeMiB.var, packagesMiB / 2)),
    ...room("/boot", host.freeMiB.boot, host.dom0Kernels.length === 0 ? KERNEL_FREE_MIB : BOOT_FREE_MIB),
  ];
}

function bootFaults({ boot, family, isInMemory }: ObservedHost, boots: boolean): string[] {
  // Said already, with another remedy.
  if (isInMemory || family?.lacks !== undefined) return [];
  if (boot !== undefined) return boot.faults(boots);
  return [
    "It boots with no boot loader that we know: GRUB 2 (update-grub, grub-reboot and /boot/grub, or grub2-mkconfig, grub2-reboot and /boot/grub2), GRUB legacy (/boot/grub/stage2 and grub.conf) or extlinux (update-extlinux, /boot/ldlinux.sys and extlinux.conf). On Debian install grub-pc or grub-efi-amd64.",
  ];
}

/** @throws UnsupportedError. `label`: the host; `what`: of which nothing can become. */
export function refuseHost(label: string, refusals: readonly string[], what = "be made a Xen host"): void {
  if (refusals.length === 0) return;
  throw new UnsupportedError(`${label} cannot ${what}; nothing was touched.\n${listed(refusals)}`);
}

/**
 * One machine is the XenHost of one resource. `kept`: absent for a create.
 * @throws NotOwnedError where another owner has claimed it, or this state is older than the claim.
 */
export function refuseClaimed(
  label: string,
  { claim }: Pick<ObservedHost, "claim">,
  owner: string,
  kept: Kept | undefined,
): void {
  const asker = { owner: kept?.owner ?? owner, claimId: kept?.claimId, hasState: kept !== undefined };
  if (standingOf(claim, asker) === "another") {
    const name = claim?.owner?.split("::")[2];
    const renamed =
      name === undefined
        ? ""
        : ` If this is the same XenHost under a new resource name, add aliases: [{ name: ${JSON.stringify(name)} }] to its options (where no state has it any more, call the resource that again).`;
    throw new NotOwnedError(`${label} is claimed as a XenHost by ${ownerWords(claim)}; nothing was touched.`, {
      hint: `Declare it as a XenHost only there. For guests of this stack on it use the connection itself (\`host: { host: "…" }\`), or the other stack's output of it by a StackReference.${renamed}`,
    });
  }
  refuseOtherClaims(claim, asker, `The Xen host ${label}`);
}
