/** What a host shows of the plain guest, for the tests of this folder. */
import { renderDomainConfig } from "../../../../provider/xen";
import type { XenInfo } from "../../../../provider/toolstack";
import { finalConfig, diskSpec, vifSpec } from "../../../../provider/resources/domu/domu.config";
import type { ObservedDomU, RunningDomain } from "../../../../provider/resources/domu/domu.observe";
import { pathsOf } from "../../../../provider/resources/domu/domu.observe";
import type { DomUInputs } from "../../../../provider/resources/domu/domu.schema";

/** The guest as it runs right after it was built from its inputs. */
export function runningAs(inputs: DomUInputs, more: Partial<RunningDomain> = {}): RunningDomain {
  const { name, uuid, type, memoryMiB = 0, maxMemoryMiB, vcpus = 1, maxVcpus, disks = [], vifs = [] } = inputs;
  return {
    domid: 5,
    name,
    uuid,
    type,
    memoryMiB,
    maxMemoryMiB: maxMemoryMiB ?? memoryMiB,
    vcpus,
    maxVcpus: maxVcpus ?? vcpus,
    kernel: undefined,
    bootloader: "pygrub",
    disks: disks.map(diskSpec),
    vifs: vifs.map(vifSpec).map(({ mac = "", bridge = "" }) => ({ mac, bridge, more: [] })),
    state: "blocked",
    ...more,
  };
}

/** A machine of 4 CPUs whose processor virtualises nothing. */
export const xenInfo: XenInfo = {
  version: "4.17.7",
  commandLine: "placeholder",
  totalMemoryMiB: 4096,
  freeMemoryMiB: 1024,
  cpus: 4,
  virtCaps: ["pv"],
  scheduler: "credit2",
};

/** A host with room, on which the guest is finished and runs. */
export function hostWith(inputs: DomUInputs, more: Partial<ObservedDomU> = {}): ObservedDomU {
  const config = renderDomainConfig(finalConfig(inputs));
  return {
    machineId: "m",
    domains: inputs.powerState === "stopped" ? [] : [runningAs(inputs)],
    xen: xenInfo,
    ownerUuid: inputs.uuid,
    phase: "done",
    config,
    bootConfig: config,
    address: undefined,
    failure: undefined,
    consoleTail: undefined,
    isAutostarted: inputs.autostart === true,
    isUpdatePending: false,
    vncPort: undefined,
    hasPygrub: true,
    paths: new Map(pathsOf(inputs).map((path) => [path, "file" as const])),
    bridges: new Map((inputs.vifs ?? []).map(({ bridge }) => [bridge, true])),
    ...more,
  };
}

/** A host that knows nothing of the guest yet. */
export function emptyHost(inputs: DomUInputs, more: Partial<ObservedDomU> = {}): ObservedDomU {
  return {
    ...hostWith(inputs),
    domains: [],
    ownerUuid: undefined,
    phase: undefined,
    config: undefined,
    bootConfig: undefined,
    isAutostarted: false,
    ...more,
  };
}
