/** How the host's guest differs from the declared one. Pure. */
import { isDeepStrictEqual } from "node:util";
import { type DomainConfig, parseDomainConfig } from "../../xen";
import { diskSpec, finalConfig, shownConfig } from "./domu.config";
import { type ObservedDomU, type RunningDomain, ownDomain } from "./domu.observe";
import type { DomUDisk, DomUInputs, DomUVif } from "./domu.schema";
import { sameDisk } from "./domu.update";

/** The inputs as the host has them: equal where it is as declared, so that a refresh shows exactly the drift. */
export function inputsOnHost(observed: ObservedDomU, inputs: DomUInputs): DomUInputs {
  const domain = ownDomain(observed, inputs);
  const seen: DomUInputs = {
    ...inputs,
    powerState: domain === undefined ? "stopped" : "running",
    autostart: observed.isAutostarted,
    ...(observed.config === undefined ? {} : fromFile(parseDomainConfig(observed.config), finalConfig(inputs), domain)),
    ...(domain === undefined ? {} : fromDomain(domain, inputs)),
  };
  return isDeepStrictEqual(seen, inputs) ? inputs : { ...seen, config: shownConfig(seen) };
}

function fromDomain(domain: RunningDomain, inputs: DomUInputs): Partial<DomUInputs> {
  return {
    memoryMiB: domain.memoryMiB,
    vcpus: domain.vcpus,
    // Where none is declared, what the guest booted with is nobody's wish.
    ...(inputs.maxMemoryMiB === undefined ? {} : { maxMemoryMiB: domain.maxMemoryMiB }),
    ...(inputs.maxVcpus === undefined ? {} : { maxVcpus: domain.maxVcpus }),
    ...(domain.name === inputs.name ? {} : { name: domain.name }),
    disks: disksOf(domain, inputs.disks ?? []),
    vifs: vifsOf(domain, inputs.vifs ?? []),
  };
}

function disksOf(domain: RunningDomain, declared: readonly DomUDisk[]): readonly DomUDisk[] {
  const known = declared.filter((disk) => domain.disks.some((seen) => seen.device === disk.device));
  const seen = known.map((disk): DomUDisk => {
    const found = domain.disks.find(({ device }) => device === disk.device);
    if (found === undefined || sameDisk(found, diskSpec(disk))) return disk;
    return { ...disk, path: found.target, format: found.format === "qcow2" ? "qcow2" : "raw", mode: found.mode };
  });
  const more = domain.disks
    .filter(({ device }) => !declared.some((disk) => disk.device === device))
    .map(({ target, format, device, mode }): DomUDisk => {
      return { path: target, format: format === "qcow2" ? "qcow2" : "raw", device, mode };
    });
  return [...seen, ...more];
}

function vifsOf(domain: RunningDomain, declared: readonly DomUVif[]): readonly DomUVif[] {
  const seen = declared.flatMap((vif): DomUVif[] => {
    const found = domain.vifs.find(({ mac }) => mac === vif.mac);
    if (found === undefined) return [];
    return [found.bridge === undefined || found.bridge === vif.bridge ? vif : { ...vif, bridge: found.bridge }];
  });
  const more = domain.vifs
    .filter(({ mac }) => !declared.some((vif) => vif.mac === mac))
    .map(({ mac, bridge = "" }): DomUVif => ({ bridge, ...(mac === undefined ? {} : { mac }) }));
  return [...seen, ...more];
}

/** What somebody wrote into the configuration file. */
function fromFile(file: DomainConfig, declared: DomainConfig, domain: RunningDomain | undefined): Partial<DomUInputs> {
  const found: Record<string, unknown> = {};
  for (const key of TEXTS) {
    if (file[key] !== declared[key]) found[key] = file[key];
  }
  if (!isDeepStrictEqual({ ...file.others }, { ...declared.others })) found["extraConfig"] = { ...file.others };
  // Of a running guest the domain itself tells; of a stopped one the file is what it will run with.
  for (const key of domain === undefined ? NUMBERS : []) {
    if (file[key] !== declared[key]) found[key] = file[key];
  }
  return found;
}

const TEXTS = ["root", "extra", "cpus", "onPoweroff", "onReboot", "onCrash"] as const;
const NUMBERS = ["memoryMiB", "maxMemoryMiB", "vcpus", "maxVcpus"] as const;

/** Whole sentences: what is not as declared after we did all we know; none: it is. */
export function mismatches(observed: ObservedDomU, inputs: DomUInputs): string[] {
  const { name } = inputs;
  const domain = ownDomain(observed, inputs);
  if (inputs.powerState === "stopped") return domain === undefined ? [] : [`${name} still runs.`];
  if (domain === undefined) return [`${name} does not run.`];
  return [
    ...(domain.memoryMiB === inputs.memoryMiB
      ? []
      : [`${name} has ${domain.memoryMiB} MiB, not ${inputs.memoryMiB ?? 0}.`]),
    ...(domain.vcpus === inputs.vcpus ? [] : [`${name} has ${domain.vcpus} vcpus, not ${inputs.vcpus ?? 0}.`]),
    ...(isDeepStrictEqual(disksOf(domain, inputs.disks ?? []), inputs.disks ?? []) ? [] : [`${name} has other disks.`]),
    ...(isDeepStrictEqual(vifsOf(domain, inputs.vifs ?? []), inputs.vifs ?? [])
      ? []
      : [`${name} has other interfaces.`]),
    ...(observed.isAutostarted === inputs.autostart
      ? []
      : [`${name} ${observed.isAutostarted ? "starts" : "does not start"} with the host.`]),
  ];
}
