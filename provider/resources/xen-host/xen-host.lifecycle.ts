/**
 * create, read, update and delete of a XenHost. What is done to the host, xen-host.walk.ts does; here is what it may
 * do, and what Pulumi keeps of it.
 */
import { BadInputError, DriftError, type XenProviderError } from "../../errors";
import type { ResourceKind } from "../../pulumi";
import { openHost, settleFormerJob } from "../../remote";
import { completeXenHost, xenHostChanges, xenHostCreation, xenHostFaults } from "./xen-host.changes";
import { inputsAsSeen, outputsOf } from "./xen-host.drift";
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
  defaultAllow: [],
  isFinished: ({ phase }) => phase === "ready",

  async create(inputs) {
    const host = openHost(inputs.connection);
    const { machineId } = await host.identity();
    const outputs = await walkToXen({ host, inputs, machineId, rebootVeto: vetoOf(inputs) });
    return { id: machineId, outputs };
  },

  async read(_id, inputs, outputs) {
    const host = openHost(inputs.connection, { machineId: outputs.machineId });
    const seen = await host.ask(questionFor(inputs));
    return { inputs: inputsAsSeen(seen, inputs), outputs: outputsOf(seen, inputs, outputs.machineId) };
  },

  async update(_id, olds, inputs) {
    const { machineId, phase } = olds.outputs;
    const host = openHost(inputs.connection, { machineId });
    const isAnnounced = phase !== "ready" || inputs.effect === "reboot";
    const rebootVeto = isAnnounced
      ? vetoOf(inputs)
      : new DriftError(`The host has to be rebooted, which the preview of this update did not say.`, {
          hint: "Run `pulumi refresh`, look at what has changed on the host, and run `pulumi up` again.",
        });
    return { outputs: await walkToXen({ host, inputs, machineId, rebootVeto }) };
  },

  async delete(_id, inputs, outputs) {
    const host = openHost(inputs.connection, { machineId: outputs.machineId });
    await settleFormerJob(host, HOST_OBJECT);
    await host.perform(removalJob(inputs));
    await host.forget(HOST_OBJECT);
  },
};

function vetoOf(inputs: XenHostInputs): XenProviderError | undefined {
  if ((inputs.allow ?? []).includes("reboot")) return undefined;
  return new BadInputError("The host has to be rebooted, which is not allowed; nothing was touched.", {
    hint: 'Set `allow: ["reboot"]` on the XenHost, or `reboot: "never"` to reboot it yourself.',
  });
}
