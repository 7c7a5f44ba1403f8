/**
 * create, read, update and delete of a Bridge. How its host gets there, bridge.walk.ts says; here is what is kept of
 * it, and how it ends.
 */
import { CommandError, DriftError, UnsupportedError } from "../../errors";
import type { ResourceKind } from "../../pulumi";
import { type RemoteHost, openHost } from "../../remote";
import { type Kept, standingOfKept } from "../claimed";
import { forgetLeft } from "../left-jobs";
import { onHost } from "../spelled";
import { bridgeChanges, lookedAt } from "./bridge.findings";
import { type ObservedNetwork, bridgeLink, membersOf, observeNetwork, toItsSystem } from "./bridge.observe";
import { portNames } from "./bridge.ports";
import { type BridgeInputs, type BridgeOutputs, bridgeInputs } from "./bridge.properties";
import { bridgeCreation, bridgeFaults, completeBridge } from "./bridge.rules";
import { bridgeObject, releaseJob, removalJob } from "./bridge.steps";
import { refuseBridge, downRefusals } from "./bridge.refusals";
import { onNetworkAtRest, switchNetwork, walkToBridge } from "./bridge.walk";

export const bridgeKind: ResourceKind<BridgeInputs, BridgeOutputs> = {
  kind: "bridge",
  title: "Bridge",
  label: ({ name }) => name,
  inputs: bridgeInputs,
  faults: [bridgeFaults],
  complete: completeBridge,
  computed: [],
  changes: bridgeChanges,
  creation: bridgeCreation,
  creationEffect: () => "live",
  spelled: onHost,
  allowable: ["replace"],
  defaultAllow: [],
  isFinished: ({ phase }) => phase === "ready",

  async create(inputs) {
    const host = openHost(inputs.connection);
    const { machineId } = await host.identity();
    const outputs = await walkToBridge({ host, inputs, machineId, announced: inputs.effect ?? "none" });
    return { id: inputs.name, outputs };
  },

  async read(_id, inputs, outputs) {
    const host = openHost(inputs.connection, { machineId: outputs.machineId });
    return refreshed(await host.ask(observeNetwork(inputs.name, { forChange: false })), inputs, outputs);
  },

  async update(_id, { inputs: olds, outputs }, inputs) {
    const { machineId } = outputs;
    const host = openHost(inputs.connection, { machineId });
    const kept = keptOf(olds, outputs);
    return { outputs: await walkToBridge({ host, inputs, machineId, announced: inputs.effect ?? "none", kept }) };
  },

  async delete(_id, inputs, outputs) {
    const host = openHost(inputs.connection, { machineId: outputs.machineId });
    await removeBridge(host, inputs, outputs);
  },
};

function keptOf({ owner }: BridgeInputs, { claimId, phase }: BridgeOutputs): Kept {
  return { owner, claimId, isFinished: phase !== "applying" };
}

/** What another resource has claimed is gone for this one. */
export function refreshed(
  observed: ObservedNetwork,
  inputs: BridgeInputs,
  outputs: BridgeOutputs,
): ReturnType<typeof lookedAt> {
  const network = inWhichItStands(observed, inputs);
  const standing = standingOfKept(network.claim, keptOf(inputs, outputs));
  if (standing === "own" && !network.isAdopted) assertReadable(network, inputs.name);
  return standing === "another" || standing === "same-owner" ? undefined : lookedAt(network, inputs, outputs.machineId);
}

/** One in no file of the host may have lost what told that. */
function inWhichItStands(observed: ObservedNetwork, inputs: BridgeInputs): ObservedNetwork {
  return observed.system.holdsBridge(observed.files, inputs.name) ? observed : toItsSystem(observed, inputs);
}

/** @throws CommandError where nobody can tell what the host's files say of the bridge. */
function assertReadable({ system, facts }: ObservedNetwork, name: string): void {
  const why = system.unreadable(facts);
  if (why === undefined) return;
  throw new CommandError(`The host's network files cannot be read, so nothing is known of ${name}: ${why.trim()}`);
}

/** Touches nothing that has not the claim of this state. */
export async function removeBridge(host: RemoteHost, inputs: BridgeInputs, outputs: BridgeOutputs): Promise<void> {
  const { name } = inputs;
  await onNetworkAtRest(host, name, async (observed) => {
    const network = inWhichItStands(observed, inputs);
    if (standingOfKept(network.claim, keptOf(inputs, outputs)) !== "own")
      return forgetLeft(host, network.claim, bridgeObject(name));
    await remove(host, network, inputs);
    await host.forget(bridgeObject(name));
  });
}

async function remove(host: RemoteHost, network: ObservedNetwork, inputs: BridgeInputs): Promise<void> {
  const { name } = inputs;
  const claiming = { owner: inputs.owner ?? network.claim?.owner ?? name, renews: false };
  if (network.isAdopted) {
    await host.perform(releaseJob(network, name, claiming));
    return;
  }
  const isThere = bridgeLink(network, name) !== undefined;
  const guests = membersOf(network, name).filter((member) => !portNames(inputs.ports).includes(member));
  if (isThere && guests.length > 0) {
    throw new DriftError(`${guests.join(", ")} on ${host.label} still use it.`, {
      hint: "Shut the guests with these vifs down, or take the links out of the bridge, and try again.",
    });
  }
  if (isThere) refuseBridge(host.label, downRefusals(network, name));
  if (isThere || network.system.holdsBridge(network.files, name)) {
    await switchNetwork(host, name, removalJob(network, inputs, claiming), undefined);
  } else await host.perform(releaseJob(network, name, claiming));
  if (bridgeLink(await host.ask(observeNetwork(name)), name) !== undefined) {
    throw new UnsupportedError(`The bridge is still there on ${host.label} after it was removed.`);
  }
}
