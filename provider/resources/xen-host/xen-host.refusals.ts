/** What forbids making a host the Xen host that is declared: all of it at once, before anything is touched. Pure. */
import { NotOwnedError, UnsupportedError } from "../../errors";
import { ownerWords, standingOf } from "../../host/claim";
import { SUPPORTED_SYSTEMS } from "../../host/families/families";
import type { ObservedHost } from "./xen-host.observe";
import { type Kept, refuseOtherClaims } from "../claimed";
import { listed } from "../refusal";
import { type DesiredHost, desiredHost } from "./xen-host.desired";
import type { XenHostInputs } from "./xen-host.properties";

/** For the hypervisor itself and the smallest of guests. */
const BESIDES_DOM0_MIB = 192;
const BOOT_FREE_MIB = 40;

/** Whole sentences, each with its remedy; none: it can go on. */
export function hostRefusals(host: ObservedHost, inputs: XenHostInputs, needsReboot: boolean): string[] {
  const { family } = host;
  const desired = desiredHost(inputs, family);
  return [
    ...when(!host.isRoot, "We are not root on it. Log in as root, or set connection.sudo."),
    ...when(host.architecture !== "x86_64", `Its architecture is ${host.architecture}; only x86_64 is supported.`),
    ...familyFaults(host),
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
      "Secure Boot is on, and the hypervisor is not signed. Switch Secure Boot off in the firmware.",
    ),
    ...when(
      host.toolstackFault !== undefined,
      `It runs under Xen, but xl does not answer: ${host.toolstackFault ?? ""}. Look at "systemctl status xen" on it.`,
    ),
    ...memoryFaults(host, desired),
    ...diskFaults(host, desired, family?.packagesMiB ?? 0),
    ...bootFaults(host, needsReboot),
    ...(inputs.repository === undefined ? [] : (family?.packages.repositoryFaults(inputs.repository) ?? [])),
  ];
}

/** What forbids giving the host back as plain Linux. */
export function restoreRefusals(host: ObservedHost): string[] {
  return [...familyFaults(host), ...bootFaults(host, false)];
}

function familyFaults({ family, release }: ObservedHost): string[] {
  if (family === undefined) return [`It runs ${release.prettyName}; supported are ${SUPPORTED_SYSTEMS}.`];
  return family.lacks === undefined ? [] : [`It runs ${release.prettyName}, and ${family.lacks}`];
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
  if (desired.packageNames.every((name) => host.packages.has(name))) return [];
  const room = (path: string, free: number, needed: number): string[] =>
    when(free < needed, `${path} has ${free} MiB free; installing Xen needs ${needed} MiB. Make room there.`);
  return [
    ...room("/", host.freeMiB.root, packagesMiB),
    ...(host.freeMiB.var === host.freeMiB.root ? [] : room("/var", host.freeMiB.var, packagesMiB / 2)),
    ...room("/boot", host.freeMiB.boot, BOOT_FREE_MIB),
  ];
}

function bootFaults({ boot, family }: ObservedHost, boots: boolean): string[] {
  // Said already, with another remedy.
  if (family?.lacks !== undefined) return [];
  if (boot !== undefined) return boot.faults(boots);
  return [
    "It boots neither with GRUB 2 (update-grub, grub-reboot and /boot/grub) nor with GRUB legacy (/boot/grub/stage2 and grub.conf). On Debian install grub-pc or grub-efi-amd64.",
  ];
}

function when(condition: boolean, text: string): string[] {
  return condition ? [text] : [];
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
