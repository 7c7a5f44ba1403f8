/**
 * create, read, update and delete of a XenHost. What is done to the host, xen-host.walk.ts does; here is what it may
 * do, and what Pulumi keeps of it.
 */
import type { ResourceKind } from "../../pulumi";
import { type RemoteHost, openHost } from "../../remote";
import { type Kept, standingOfKept } from "../claimed";
import { forgetLeft } from "../left-jobs";
import { lookedAt, xenHostChanges } from "./xen-host.findings";
import { type ObservedHost, hostClaim, questionFor } from "./xen-host.observe";
import { type XenHostInputs, type XenHostOutputs, xenHostInputs } from "./xen-host.properties";
import { refuseHost, restoreRefusals } from "./xen-host.refusals";
import { completeXenHost, xenHostCreation, xenHostFaults } from "./xen-host.rules";
import { leaveJob, restoreJob } from "./xen-host.leave";
import { HOST_OBJECT } from "./xen-host.steps";
import { walkToXen } from "./xen-host.walk";

export const xenHostKind: ResourceKind<XenHostInputs, XenHostOutputs> = {
  kind: "xen-host",
  title: "XenHost",
  label: ({ connection }) => connection.host,
  inputs: xenHostInputs,
  faults: [xenHostFaults],
  complete: completeXenHost,
  computed: [],
  changes: xenHostChanges,
  creation: xenHostCreation,
  creationEffect: ({ reboot, adopt }) => (reboot === "never" || adopt === true ? "none" : "reboot"),
  // Where somebody else reboots the host, we do not; to an adopted one nothing is done at all.
  effectWith: (effect, { reboot, adopt }) =>
    adopt === true || (reboot === "never" && effect === "reboot") ? "none" : effect,
  allowable: ["reboot", "replace"],
  defaultAllow: [],
  isFinished: ({ phase }) => phase === "ready",

  async create(inputs) {
    const host = openHost(inputs.connection);
    const { machineId } = await host.identity();
    const outputs = await walkToXen({ host, inputs, machineId, announced: inputs.effect ?? "none" });
    return { id: machineId, outputs };
  },

  async read(_id, inputs, outputs) {
    const host = openHost(inputs.connection, { machineId: outputs.machineId });
    return refreshed(await host.ask(questionFor(inputs, { forChange: false })), inputs, outputs);
  },

  async update(_id, { inputs: olds, outputs }, inputs) {
    const { machineId } = outputs;
    const host = openHost(inputs.connection, { machineId });
    const kept = keptOf(olds, outputs);
    return { outputs: await walkToXen({ host, inputs, machineId, announced: inputs.effect ?? "none", kept }) };
  },

  async delete(_id, inputs, outputs) {
    const host = openHost(inputs.connection, { machineId: outputs.machineId });
    await releaseHost(host, inputs, outputs);
  },
};

function keptOf({ owner }: XenHostInputs, { claimId, phase }: XenHostOutputs): Kept {
  return { owner, claimId, isFinished: phase === "ready" || phase === "drifted" };
}

/** A machine is never gone; but one that another resource has claimed is gone for this one. */
export function refreshed(
  seen: ObservedHost,
  inputs: XenHostInputs,
  outputs: XenHostOutputs,
): ReturnType<typeof lookedAt> | undefined {
  const standing = standingOfKept(seen.claim, keptOf(inputs, outputs));
  return standing === "another" || standing === "same-owner" ? undefined : lookedAt(seen, inputs, outputs.machineId);
}

/** Touches nothing where the claim is not the one of this state. */
export async function releaseHost(host: RemoteHost, inputs: XenHostInputs, outputs: XenHostOutputs): Promise<void> {
  const claim = await host.askOnceSettled(HOST_OBJECT, hostClaim);
  if (standingOfKept(claim, keptOf(inputs, outputs)) !== "own") return forgetLeft(host, claim, HOST_OBJECT);
  const owner = inputs.owner ?? claim?.owner ?? "this state";
  const claiming = { owner, renews: false };
  if (inputs.onDelete === "restore") {
    const seen = await host.ask(questionFor(inputs));
    refuseHost(host.label, restoreRefusals(seen), "be made plain Linux again");
    await host.perform(restoreJob(seen, inputs, claiming));
  } else await host.perform(leaveJob(claim, claiming));
  await host.forget(HOST_OBJECT);
}
