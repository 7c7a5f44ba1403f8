/**
 * create, read, update and delete of a Bridge. How its host gets there, bridge.walk.ts says; here is what is kept of
 * it, and how it ends.
 */
import { DriftError, UnsupportedError } from "../../errors";
import { holdsBridge } from "../../host/network/take-over";
import type { ResourceKind } from "../../pulumi";
import { type RemoteHost, openHost, settleFormerJob } from "../../remote";
import { bridgeChanges, bridgeCreation, bridgeFaults, completeBridge } from "./bridge.changes";
import { lookedAt } from "./bridge.drift";
import { type ObservedNetwork, bridgeLink, membersOf, observeNetwork } from "./bridge.observe";
import { bridgeObject, releaseJob, removalJob } from "./bridge.plan";
import { type BridgeInputs, type BridgeOutputs, bridgeInputs } from "./bridge.schema";
import { notOwned, onNetworkAtRest, switchNetwork, walkToBridge } from "./bridge.walk";

export const bridgeKind: ResourceKind<BridgeInputs, BridgeOutputs> = {
  kind: "bridge",
  title: "Bridge",
  label: ({ name }) => name,
  inputs: bridgeInputs,
  faults: bridgeFaults,
  complete: completeBridge,
  computed: [],
  changes: bridgeChanges,
  creation: bridgeCreation,
  creationEffect: () => "live",
  defaultAllow: [],
  isFinished: ({ phase }) => phase === "ready",

  async create(inputs) {
    const host = openHost(inputs.connection);
    const { machineId } = await host.identity();
    return { id: inputs.name, outputs: await walkToBridge(host, inputs, machineId, inputs.effect ?? "none") };
  },

  async read(_id, inputs, outputs) {
    const host = openHost(inputs.connection, { machineId: outputs.machineId });
    const network = await host.ask(observeNetwork(inputs.name));
    if (bridgeLink(network, inputs.name) === undefined) return undefined;
    return lookedAt(network, inputs, outputs.machineId);
  },

  async update(_id, olds, inputs) {
    const { machineId } = olds.outputs;
    const host = openHost(inputs.connection, { machineId });
    return { outputs: await walkToBridge(host, inputs, machineId, inputs.effect ?? "none") };
  },

  async delete(_id, inputs, outputs) {
    const { name } = inputs;
    const host = openHost(inputs.connection, { machineId: outputs.machineId });
    await settleFormerJob(host, bridgeObject(name));
    await onNetworkAtRest(host, name, (network) => remove(host, network, inputs));
    await host.forget(bridgeObject(name));
  },
};

async function remove(host: RemoteHost, network: ObservedNetwork, inputs: BridgeInputs): Promise<void> {
  const { name } = inputs;
  if (!network.isOurs) {
    if (bridgeLink(network, name) !== undefined || holdsBridge(network.files, name)) throw notOwned(name, "removed");
    return;
  }
  if (network.isAdopted) {
    await host.perform(releaseJob(name));
    return;
  }
  const guests = membersOf(network, name).filter((member) => !(inputs.ports ?? []).includes(member));
  if (bridgeLink(network, name) !== undefined && guests.length > 0) {
    throw new DriftError(`${guests.join(", ")} on ${host.label} still use it.`, {
      hint: "Shut the guests with these vifs down, or take the links out of the bridge, and try again.",
    });
  }
  if (bridgeLink(network, name) !== undefined || holdsBridge(network.files, name)) {
    await switchNetwork(host, name, removalJob(network, inputs), undefined);
  } else await host.perform(releaseJob(name));
  if (bridgeLink(await host.ask(observeNetwork(name)), name) !== undefined) {
    throw new UnsupportedError(`The bridge is still there on ${host.label} after it was removed.`);
  }
}
