/**
 * create, read, update and delete of a XenHost. What is done to the host, xen-host.walk.ts does; here is what it may
 * do, and what Pulumi keeps of it.
 */
import type { ResourceKind } from "../../pulumi";
import { openHost, settleFormerJob } from "../../remote";
import { completeXenHost, xenHostChanges, xenHostCreation, xenHostFaults } from "./xen-host.changes";
import { lookedAt } from "./xen-host.drift";
import { HOST_OBJECT, removalJob } from "./xen-host.plan";
import { type XenHostInputs, type XenHostOutputs, xenHostInputs } from "./xen-host.schema";
import { questionFor, walkToXen } from "./xen-host.walk";

export const xenHostKind: ResourceKind<XenHostInputs, XenHostOutputs> = {
  kind: "xen-host",
  title: "XenHost",
  label: ({ connection }) => connection.host,
  inputs: xenHostInputs,
  faults: xenHostFaults,
  complete: completeXenHost,
  computed: [],
  changes: xenHostChanges,
  creation: xenHostCreation,
  creationEffect: ({ reboot }) => (reboot === "never" ? "none" : "reboot"),
  // Where somebody else reboots the host, we do not.
  effectWith: (effect, { reboot }) => (reboot === "never" ? "none" : effect),
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
    const seen = await host.ask(questionFor(inputs));
    return lookedAt(seen, inputs, outputs.machineId);
  },

  async update(_id, olds, inputs) {
    const { machineId } = olds.outputs;
    const host = openHost(inputs.connection, { machineId });
    return { outputs: await walkToXen({ host, inputs, machineId, announced: inputs.effect ?? "none" }) };
  },

  async delete(_id, inputs, outputs) {
    const host = openHost(inputs.connection, { machineId: outputs.machineId });
    await settleFormerJob(host, HOST_OBJECT);
    await host.perform(removalJob(inputs));
    await host.forget(HOST_OBJECT);
  },
};
