/** What makes a change while the guest runs: one step each, in the toolstack's verbs. Pure. */
import { createHash } from "node:crypto";
import type { Effect } from "../../effect";
import type { ShellText } from "../../shell";
import type { Toolstack } from "../../toolstack";
import type { DiskSpec, VifSpec } from "../../xen";
import { guestScript } from "./domu.functions";
import type { DomUShall, LiveStep } from "./domu.shall";

function liveStep(
  name: string,
  title: (guest: string) => string,
  script: (on: Toolstack, guest: DomUShall) => ShellText,
  effect: Effect = "live",
): LiveStep {
  return (on, guest) => ({ name, title: title(guest.name), effect, script: guestScript(guest, script(on, guest)) });
}

export const setMemory = (mebibytes: number): LiveStep =>
  liveStep(
    "set-memory",
    (guest) => `set the memory of ${guest} to ${mebibytes} MiB`,
    (on) => on.setMemory(mebibytes),
  );

export const setVcpus = (vcpus: number): LiveStep =>
  liveStep(
    "set-vcpus",
    (guest) => `set the vcpus of ${guest} to ${vcpus}`,
    (on) => on.setVcpus(vcpus),
  );

export const pinVcpus = (cpus: string): LiveStep =>
  liveStep(
    "pin-vcpus",
    (guest) => `run ${guest} on the CPUs ${cpus}`,
    (on) => on.pinVcpus(cpus),
  );

export const attachDisk = (disk: DiskSpec): LiveStep =>
  liveStep(
    `attach-${disk.device}`,
    (guest) => `plug ${disk.device} into ${guest}`,
    (on) => on.attachDisk(disk),
  );

export const detachDisk = (device: string): LiveStep =>
  liveStep(
    `detach-${device}`,
    (guest) => `unplug ${device} from ${guest}`,
    (on) => on.detachDisk(device),
  );

// A title shows no address: an interface may be a secret.
export const attachVif = (vif: VifSpec): LiveStep =>
  liveStep(
    `attach-vif-${nameOf(vif.mac)}`,
    (guest) => `plug an interface into ${guest}`,
    (on) => on.attachVif(vif),
  );

export const detachVif = (mac: string): LiveStep =>
  liveStep(
    `detach-vif-${nameOf(mac)}`,
    (guest) => `unplug an interface from ${guest}`,
    (on) => on.detachVif(mac),
  );

export const unpause: LiveStep = liveStep(
  "unpause",
  (guest) => `let ${guest} go on`,
  (on) => on.unpause,
);

/** Names of steps are logged. */
function nameOf(mac: string | undefined): string {
  return createHash("sha256")
    .update(mac ?? "")
    .digest("hex")
    .slice(0, 8);
}
