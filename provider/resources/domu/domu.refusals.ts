/** What forbids building the guest on this host, all of it at once, before anything is touched. Pure. */
import { finalConfig, installConfig } from "./domu.config";
import type { Guest } from "./domu.guest";
import { isInstalled } from "./domu.life";
import { type ObservedDomU, pathsOf } from "./domu.observe";
import type { DomUInputs } from "./domu.properties";
import type { DomUVif } from "./domu.shall";
import { bridgesOf, needsBridge } from "./domu.vifs";

/** What Xen itself takes for a guest, page tables and rings; a round, measured amount is not documented. */
const OVERHEAD_MIB = 8;

/**
 * Whole sentences; none: go on. `builds`: the guest will be built. Nothing that it needs to come up can forbid that it is
 * shut down, or changed while it runs. `inUse`: who else has what it takes.
 */
export function guestRefusals(
  inputs: DomUInputs,
  observed: ObservedDomU,
  { builds, inUse }: { readonly builds: boolean; readonly inUse: readonly string[] },
): string[] {
  return [
    ...inUse,
    ...toolstackRefusals(inputs, observed),
    ...pathRefusals(inputs, observed, builds),
    ...bridgeRefusals(inputs, observed, builds),
    ...(builds ? hostRefusals(inputs, observed) : []),
  ];
}

/** What the host's toolstack cannot be told, which no preview knows. Each of its sentences has its remedy. */
function toolstackRefusals(inputs: DomUInputs, { guest: { on }, phase }: ObservedDomU): string[] {
  const installs = inputs.install !== undefined && !isInstalled(phase);
  const configs = [finalConfig(inputs), ...(installs ? [installConfig(on, inputs)] : [])];
  const inVlans = (inputs.vifs ?? []).some(({ vlans }) => vlans !== undefined);
  return [
    ...new Set(configs.flatMap((config) => on.refusals(config))),
    ...(inVlans && !on.runsVifScripts
      ? [`${on.name} puts no interface into a VLAN. Remove vlans, and name the bridge of one VLAN for each interface.`]
      : []),
  ];
}

function pathRefusals(whole: DomUInputs, { paths, phase, guest }: ObservedDomU, builds: boolean): string[] {
  if (whole.powerState === "stopped" && !builds) return [];
  // An installed guest does not need its media any more.
  const { install, ...installed } = whole;
  const inputs = install === undefined || isInstalled(phase) ? installed : whole;
  const disks = new Map((inputs.disks ?? []).map((disk) => [disk.path, disk.format]));
  const inPlace = new Set(builds ? [] : usedBy(guest));
  return pathsOf(inputs)
    .filter((path) => !inPlace.has(path))
    .flatMap((path) => {
      const kind = paths.get(path) ?? "absent";
      if (kind === "lost") {
        return [
          `It cannot be seen whether ${path} is there: its file system does not answer. See that the server of it is up and can be reached (mount tells which), then run the same again.`,
        ];
      }
      if (kind === "absent") {
        const remedy = disks.has(path)
          ? "Create it with a DiskImage."
          : path === inputs.kernel || path === inputs.ramdisk || install !== undefined
            ? "Bring it there with an InstallMedia."
            : "Install the package that has it (grub-xen-host on Debian), or set kernel to its path.";
        return [`${path} does not exist on this host. ${remedy}`];
      }
      const wanted = disks.get(path) === "block" ? "block" : "file";
      // A raw disk may be a block device as well: xl makes no difference.
      const fits = kind === wanted || (disks.get(path) === "raw" && kind === "block");
      return fits
        ? []
        : [
            `${path} is a ${kind}, but must be a ${wanted === "block" ? "block device" : "file"}. Correct its format or path.`,
          ];
    });
}

/** What the guest runs with already may go from under it: that is not ours to forbid now. */
function usedBy({ domain }: Guest): string[] {
  return domain === undefined ? [] : [...domain.disks.map(({ target }) => target), domain.kernel ?? ""];
}

function bridgeRefusals(
  { vifs = [], powerState }: DomUInputs,
  { bridges, hasBridgeTool, guest }: ObservedDomU,
  builds: boolean,
): string[] {
  if (powerState === "stopped" && !builds) return [];
  const inPlace = new Set(builds ? [] : (guest.domain?.vifs ?? []).map(({ bridge }) => bridge));
  const needed = bridgesOf(vifs).filter((bridge) => !inPlace.has(bridge));
  return needed.flatMap((bridge): string[] => {
    const kind = bridges.get(bridge);
    const inVlans = placesOf(vifs, bridge, true);
    const others = placesOf(vifs, bridge, false);
    if (kind === undefined) return [`There is no bridge ${bridge} on this host. Create it with a Bridge.`];
    if (kind === "silent")
      return [
        `Open vSwitch on this host does not tell whether ${bridge} is one of its bridges. Look at ovs-vsctl show.`,
      ];
    if (kind === "ovs" && others !== "")
      return [
        `${bridge} is a bridge of Open vSwitch, which xl's own script cannot use. Give ${others} vlans, or set its script to "vif-openvswitch".`,
      ];
    if (kind === "plain" && inVlans !== "")
      return [
        `${bridge} filters no VLANs, so ${inVlans} cannot be in one. Set vlanFiltering of its Bridge to true, or remove vlans.`,
      ];
    return kind === "filters" && inVlans !== "" && !hasBridgeTool
      ? [
          `This host lacks the program "bridge" of iproute2, which puts ${inVlans} into VLANs. Install the package iproute2.`,
        ]
      : [];
  });
}

/** The interfaces on a bridge, as a program names them: those that are in VLANs, or the others. */
function placesOf(vifs: readonly DomUVif[], bridge: string, areInVlans: boolean): string {
  const places = vifs.flatMap((vif, index) =>
    vif.bridge === bridge && needsBridge(vif) && (vif.vlans !== undefined) === areInVlans ? [`vifs[${index}]`] : [],
  );
  return places.join(" and ");
}

function hostRefusals(inputs: DomUInputs, observed: ObservedDomU): string[] {
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
    faults.push(`${name} has ${vcpus} vcpus declared, but the host has ${observed.xen.cpus} CPUs. Lower vcpus.`);
  }
  const types = isInstalled(observed.phase) ? undefined : observed.installerTypes;
  if (install !== undefined && type !== undefined && type !== "hvm" && types?.includes(type) === false) {
    const other = types.length === 0 ? "hvm" : types.join('" or "');
    faults.push(
      `The installer's kernel ${install.media.kernelPath} cannot run as a ${type} guest: it lacks Xen's note for that. Set type to "${other}", or give the InstallMedia another kernel.`,
    );
  }
  const serve = install?.media.serve;
  if (serve !== undefined && observed.portTaken !== undefined && !isInstalled(observed.phase)) {
    faults.push(
      `Another program listens at ${observed.portTaken} port ${serve.port}, where the installation is to be served. Set servePort of the InstallMedia to a free port.`,
    );
  }
  const needed = memoryMiB + OVERHEAD_MIB;
  const installing =
    install !== undefined && !isInstalled(observed.phase) ? (install.memoryMiB ?? 0) + OVERHEAD_MIB : 0;
  const most = Math.max(needed, installing);
  // What it holds already comes back when it is built again.
  const own = observed.guest.domain;
  const free = observed.xen.freeMemoryMiB + (own === undefined ? 0 : own.memoryMiB + OVERHEAD_MIB);
  if (most > free) {
    faults.push(
      `${name} needs ${most} MiB, but only ${free} MiB are free for it on this host. Lower memoryMiB or stop another guest.`,
    );
  }
  return faults;
}
