/** What a host shows of the plain guest, for the tests of this folder. */
import { bridgesOf } from "../../../../provider/resources/domu/domu.vifs";
import type { Guest } from "../../../../provider/resources/domu/domu.guest";
import { type ObservedDomU, asMade, pathsOf } from "../../../../provider/resources/domu/domu.observe";
import type { DomUInputs } from "../../../../provider/resources/domu/domu.properties";
import type { RunningDomain, XenInfo } from "../../../../provider/toolstack";

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

/** The guest as its host shows it right after it was built: what no host shows is not known of it. */
export function seen(inputs: DomUInputs, more: Partial<Guest> = {}): Guest {
  return { ...asMade(inputs), declared: undefined, hostCpus: 4, ...more };
}

/** The same, with a domain that somebody changed. */
export function running(inputs: DomUInputs, domain: Partial<RunningDomain>, more: Partial<Guest> = {}): Guest {
  const guest = seen(inputs, more);
  if (guest.domain === undefined) throw new Error("this guest is down");
  return { ...guest, domain: { ...guest.domain, ...domain } };
}

/** A host with room, on which the guest is finished. */
export function hostWith(inputs: DomUInputs, more: Partial<ObservedDomU> = {}): ObservedDomU {
  return {
    machineId: "m",
    guest: seen(inputs),
    xen: xenInfo,
    claim: { id: "0d6c3b1e-0000-4000-8000-000000000001", owner: inputs.owner, of: inputs.name },
    olderFolder: undefined,
    phase: "done",
    address: undefined,
    failure: undefined,
    consoleTail: undefined,
    vncPort: undefined,
    hasPygrub: true,
    portTaken: undefined,
    installerTypes: undefined,
    paths: new Map(pathsOf(inputs).map((path) => [path, "file" as const])),
    bridges: new Map(bridgesOf(inputs.vifs).map((bridge) => [bridge, "plain"])),
    hasBridgeTool: true,
    ...more,
  };
}

/** A host that knows nothing of the guest yet. */
export function emptyHost(inputs: DomUInputs, more: Partial<ObservedDomU> = {}): ObservedDomU {
  const nothing = { domain: undefined, file: undefined, record: undefined, isAutostarted: false };
  return { ...hostWith(inputs), guest: seen(inputs, nothing), claim: undefined, phase: undefined, ...more };
}
