/** What speaks against building the guest on this host, all of it at once, before anything is touched. Pure. */
import type { DomUInputs } from "./domu.schema";
import { type ObservedDomU, ownDomain, pathsOf } from "./domu.observe";
import { configPath, isInstalled } from "./domu.place";

/** What Xen itself takes for a guest, page tables and rings; a round, measured amount is not documented. */
const OVERHEAD_MIB = 8;

/** Whole sentences; none: go on. */
export function preflightFaults(inputs: DomUInputs, observed: ObservedDomU): string[] {
  return [
    ...nameFaults(inputs, observed),
    ...pathFaults(inputs, observed),
    ...sharingFaults(inputs, observed),
    ...bridgeFaults(inputs, observed),
    ...hostFaults(inputs, observed),
  ];
}

function nameFaults({ name, uuid }: DomUInputs, { domains, ownerUuid, config }: ObservedDomU): string[] {
  const faults: string[] = [];
  const sameUuid = domains.find((domain) => domain.uuid === uuid && domain.name !== name);
  const sameName = domains.find((domain) => domain.name === name && domain.uuid !== uuid);
  if (ownerUuid !== undefined && ownerUuid !== uuid) {
    faults.push(`Another guest that pulumi-xen made is called ${name} on this host. Choose another name.`);
  } else if (sameName !== undefined) {
    faults.push(
      `A domain called ${name} runs on this host already (id ${sameName.domid}), and it is not ours. Choose another name.`,
    );
  } else if (ownerUuid === undefined && config !== undefined) {
    faults.push(`${configPath(name)} exists already and is not ours. Choose another name, or move that file away.`);
  }
  if (sameUuid !== undefined && ownerUuid !== uuid) {
    faults.push(
      `The uuid ${String(uuid)} belongs to the running domain ${sameUuid.name}. Choose another uuid; xl would accept two with the same one.`,
    );
  }
  return faults;
}

function pathFaults(whole: DomUInputs, { paths, phase }: ObservedDomU): string[] {
  // An installed guest does not need its media any more.
  const { install, ...installed } = whole;
  const inputs = install === undefined || isInstalled(phase) ? installed : whole;
  const disks = new Map((inputs.disks ?? []).map((disk) => [disk.path, disk.format]));
  return pathsOf(inputs).flatMap((path) => {
    const kind = paths.get(path) ?? "absent";
    if (kind === "absent") {
      const remedy = disks.has(path) ? "Create it with a DiskImage." : "Bring it there with an InstallMedia.";
      return [`${path} does not exist on this host. ${remedy}`];
    }
    const wanted = disks.get(path) === "block" ? "block" : "file";
    // A raw disk may be a block device as well: xl makes no difference.
    const fits = kind === wanted || (disks.get(path) === "raw" && kind === "block");
    return fits
      ? []
      : [
          `${path} is a ${kind === "block" ? "block device" : kind}, not a ${wanted === "block" ? "block device" : "file"}.`,
        ];
  });
}

/** xl itself lets two guests write one image file without a word (seen on 4.17). */
function sharingFaults({ disks = [], uuid }: DomUInputs, { domains }: ObservedDomU): string[] {
  return disks.flatMap((disk) =>
    domains
      .filter((domain) => domain.uuid !== uuid)
      .flatMap((domain) =>
        domain.disks
          .filter(({ target, mode }) => target === disk.path && (mode === "w" || disk.mode === "w"))
          .map(
            () =>
              `${disk.path} is in use by the running guest ${domain.name}; two writers would destroy it. Stop that guest or use another disk.`,
          ),
      ),
  );
}

function bridgeFaults({ vifs = [] }: DomUInputs, { bridges }: ObservedDomU): string[] {
  const missing = [...new Set(vifs.map(({ bridge }) => bridge))].filter((bridge) => bridges.get(bridge) !== true);
  return missing.map((bridge) => `There is no bridge ${bridge} on this host. Create it with a Bridge.`);
}

function hostFaults(inputs: DomUInputs, observed: ObservedDomU): string[] {
  const { boot, type, vcpus = 1, install, memoryMiB = 0, name } = inputs;
  const faults: string[] = [];
  if (boot === "pygrub" && !observed.hasPygrub) {
    faults.push("This host has no pygrub. Install xen-utils for the Xen it runs, or set boot to another way.");
  }
  if (type !== "pv" && !observed.xen.virtCaps.includes("hap")) {
    faults.push(
      `This host cannot run ${String(type)} guests: its CPU offers no hardware virtualisation (virt_caps lacks hap). Set type to "pv".`,
    );
  }
  if (vcpus > observed.xen.cpus) {
    faults.push(`${name} wants ${vcpus} vcpus, but the host has ${observed.xen.cpus} CPUs. Lower vcpus.`);
  }
  const needed = memoryMiB + OVERHEAD_MIB;
  const installing =
    install !== undefined && !isInstalled(observed.phase) ? (install.memoryMiB ?? 0) + OVERHEAD_MIB : 0;
  const most = Math.max(needed, installing);
  // What it holds already comes back when it is built anew.
  const own = ownDomain(observed, inputs);
  const free = observed.xen.freeMemoryMiB + (own === undefined ? 0 : own.memoryMiB + OVERHEAD_MIB);
  if (most > free) {
    faults.push(
      `${name} needs ${most} MiB, but only ${free} MiB are free for it on this host. Lower memoryMiB or stop another guest.`,
    );
  }
  return faults;
}
