/** What makes a change while the guest runs: one step each, in the toolstack's verbs. Pure. */
import { createHash } from "node:crypto";
import type { Effect } from "../../effect";
import { shown } from "../../property";
import { type ShellText, sh } from "../../shell";
import type { Toolstack } from "../../toolstack";
import type { DiskSpec, VifSpec } from "../../xen";
import { guestScript } from "./domu.functions";
import type { DomUShall, LiveStep } from "./domu.shall";
import { applyVlans } from "./domu.vlans";

function liveStep(
  name: string,
  title: (guest: DomUShall) => string,
  script: (on: Toolstack, guest: DomUShall) => ShellText,
  effect: Effect = "live",
): LiveStep {
  return (on, guest) => ({ name, title: title(guest), effect, script: guestScript(guest, script(on, guest)) });
}

/** A property that one verb of the toolstack sets. */
export function setByVerb(property: string, value: string | number, verb: (on: Toolstack) => ShellText): LiveStep {
  const name = property.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return liveStep(
    `set-${name}`,
    (guest) => `set the ${property} of ${guest.name} to ${told(value, guest, property)}`,
    verb,
  );
}

export const setMemory = (mebibytes: number): LiveStep =>
  liveStep(
    "set-memory",
    (guest) => `set the memory of ${guest.name} to ${told(mebibytes, guest, "memoryMiB")} MiB`,
    (on) => on.setMemory(mebibytes),
  );

export const setVcpus = (vcpus: number): LiveStep => setByVerb("vcpus", vcpus, (on) => on.setVcpus(vcpus));

export const pinVcpus = (cpus: string): LiveStep =>
  liveStep(
    "pin-vcpus",
    (guest) => `run ${guest.name} on the CPUs ${told(cpus, guest, "cpus")}`,
    (on) => on.pinVcpus(cpus),
  );

export const attachDisk = (disk: DiskSpec): LiveStep =>
  liveStep(
    `attach-${disk.device}`,
    ({ name }) => `plug ${disk.device} into ${name}`,
    (on) => on.attachDisk(disk),
  );

export const detachDisk = (device: string): LiveStep =>
  liveStep(
    `detach-${device}`,
    ({ name }) => `unplug ${device} from ${name}`,
    (on) => on.detachDisk(device),
  );

// A title shows no address: an interface may be a secret.
export const attachVif = (vif: VifSpec): LiveStep =>
  liveStep(
    `attach-vif-${nameOf(vif.mac)}`,
    ({ name }) => `plug an interface into ${name}`,
    (on) => on.attachVif(vif),
  );

export const detachVif = (mac: string): LiveStep =>
  liveStep(
    `detach-vif-${nameOf(mac)}`,
    ({ name }) => `unplug an interface from ${name}`,
    (on) => on.detachVif(mac),
  );

export const setVlans = (mac: string): LiveStep =>
  liveStep(
    `set-vlans-${nameOf(mac)}`,
    ({ name }) => `put an interface of ${name} into its VLANs`,
    () => sh`need_domain
${applyVlans(mac)}`,
  );

export const unpause: LiveStep = liveStep(
  "unpause",
  ({ name }) => `let ${name} go on`,
  (on) => on.unpause,
);

/** Titles are logged. */
function told(value: string | number, { secretProperties = [] }: DomUShall, property: string): string {
  return shown(value, { secret: secretProperties.includes(property) });
}

/** Names of steps are logged. */
function nameOf(mac: string | undefined): string {
  return createHash("sha256")
    .update(mac ?? "")
    .digest("hex")
    .slice(0, 8);
}
