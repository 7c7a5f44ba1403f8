/**
 * The life of a Bridge: look, switch the network with the way back armed on the host, come back over a fresh
 * connection, confirm, look again. Where we do not come back, the host restores its old network by itself.
 */
import {
  AlreadyExistsError,
  DriftError,
  InvariantError,
  NotOwnedError,
  UnsupportedError,
  type XenProviderError,
  messageOf,
} from "../../errors";
import { ROLLBACK_SECONDS } from "../../host/network/network-switch";
import { holdsBridge } from "../../host/network/take-over";
import { type ResourceKind, UnfinishedError } from "../../pulumi";
import { type RemoteHost, openHost } from "../../remote";
import type { Job } from "../../shell";
import { bridgeChanges, bridgeCreation, bridgeFaults, completeBridge } from "./bridge.changes";
import { type ObservedNetwork, bridgeLink, isGuestLink, membersOf, observeNetwork } from "./bridge.observe";
import {
  adoptionJob,
  bridgeDifferences,
  bridgeObject,
  bridgePreflight,
  confirmJob,
  extraMembers,
  filesDiffer,
  needsOnlySettings,
  releaseJob,
  removalJob,
  settingsJob,
  switchJob,
} from "./bridge.plan";
import { type BridgeInputs, type BridgeOutputs, bridgeInputs } from "./bridge.schema";

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
    return { id: inputs.name, outputs: await walk(host, inputs, machineId) };
  },

  async read(_id, inputs, outputs) {
    const host = openHost(inputs.connection, { machineId: outputs.machineId });
    const network = await host.ask(observeNetwork(inputs.name));
    if (bridgeLink(network, inputs.name) === undefined) return undefined;
    return { inputs: inputsAsSeen(network, inputs), outputs: outputsOf(network, inputs, outputs.machineId) };
  },

  async update(_id, olds, inputs) {
    const { machineId } = olds.outputs;
    const host = openHost(inputs.connection, { machineId });
    return { outputs: await walk(host, inputs, machineId) };
  },

  async delete(_id, inputs, outputs) {
    const { name } = inputs;
    const host = openHost(inputs.connection, { machineId: outputs.machineId });
    await host.follow(bridgeObject(name)).catch(() => undefined); // What a former job left is seen by looking.
    const network = await host.ask(observeNetwork(name));
    if (!network.isOurs) {
      if (bridgeLink(network, name) !== undefined || holdsBridge(network.files, name)) throw notOwned(name, "removed");
      await host.forget(bridgeObject(name));
      return;
    }
    if (network.isAdopted) {
      await host.perform(releaseJob(name));
      await host.forget(bridgeObject(name));
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
    await host.forget(bridgeObject(name));
  },
};

async function walk(host: RemoteHost, inputs: BridgeInputs, machineId: string): Promise<BridgeOutputs> {
  const { name } = inputs;
  await host.follow(bridgeObject(name)).catch(() => undefined); // What a former job left is seen by looking.
  let network = await host.ask(observeNetwork(name));
  const isForeign = bridgeLink(network, name) !== undefined && !network.isOurs;
  if (network.isAdopted || (isForeign && inputs.adopt === true)) return adopt(host, network, inputs, machineId);
  if (isForeign) throw notOwned(name, "changed");
  const faults = bridgePreflight(network, inputs);
  if (faults.length > 0) throw preflightError(host, faults);

  try {
    const differs = bridgeDifferences(network, inputs).length > 0 || filesDiffer(network, inputs);
    if (differs && needsOnlySettings(network, inputs) && !lacksAddress(network, inputs)) {
      await host.perform(settingsJob(network, inputs));
    } else if (differs) await switchNetwork(host, name, switchJob(network, inputs), "ready");
    else if (network.phase !== "ready") await host.perform(confirmJob(name, "ready"));
    network = await host.ask(observeNetwork(name));
    const outputs = outputsOf(network, inputs, machineId);
    if (outputs.phase === "ready") return outputs;
    const differences = bridgeDifferences(network, inputs);
    throw new UnsupportedError(
      `It is not on ${host.label} as it was just made: ${differences.join("; ") || "its files differ"}.`,
    );
  } catch (error) {
    throw new UnfinishedError(name, { ...outputsOf(network, inputs, machineId), phase: "applying" }, error);
  }
}

async function switchNetwork(host: RemoteHost, name: string, job: Job, phase: "ready" | undefined): Promise<void> {
  await host.perform(job);
  try {
    await host.reconnect({ timeoutSeconds: ROLLBACK_SECONDS - 15 });
  } catch (cause) {
    throw new UnsupportedError(
      `${host.label} could not be reached over its new network, and restores the old one by itself ${ROLLBACK_SECONDS} seconds after the change. ${messageOf(cause)}`,
      { cause, hint: "Look at ports and addresses, and run `pulumi up` again when the host answers." },
    );
  }
  await host.perform(confirmJob(name, phase));
}

async function adopt(
  host: RemoteHost,
  network: ObservedNetwork,
  inputs: BridgeInputs,
  machineId: string,
): Promise<BridgeOutputs> {
  const differences = bridgeDifferences(network, inputs);
  if (differences.length > 0) {
    throw new UnsupportedError(
      `It is there on ${host.label} and was made by somebody else, but not as declared: ${differences.join("; ")}.`,
      {
        hint: "Declare it as it is, or change it on the host: an adopted bridge's own configuration is never touched.",
      },
    );
  }
  if (!network.isAdopted || network.phase !== "ready") await host.perform(adoptionJob(inputs.name));
  return outputsOf(await host.ask(observeNetwork(inputs.name)), inputs, machineId);
}

function lacksAddress(network: ObservedNetwork, inputs: BridgeInputs): boolean {
  return bridgeDifferences(network, inputs).some((difference) => /^it (lacks|has) /.test(difference));
}

function outputsOf(network: ObservedNetwork, inputs: BridgeInputs, machineId: string): BridgeOutputs {
  const link = bridgeLink(network, inputs.name);
  const isAsMade =
    network.isOurs &&
    network.phase === "ready" &&
    bridgeDifferences(network, inputs).length === 0 &&
    (network.isAdopted || !filesDiffer(network, inputs));
  return {
    machineId,
    phase: isAsMade ? "ready" : "drifted",
    macAddress: link?.macAddress ?? "",
    currentAddresses: link?.ownAddresses ?? [],
    members: membersOf(network, inputs.name).filter((member) => !isGuestLink(member)),
    isAdopted: network.isAdopted,
  };
}

/** The wishes as the running bridge has them. */
function inputsAsSeen(network: ObservedNetwork, inputs: BridgeInputs): BridgeInputs {
  const { name, ports = [], addresses, helloTimeSeconds, ageingSeconds, priority, mtu } = inputs;
  const link = bridgeLink(network, name);
  const settings = link?.bridgeSettings;
  if (link === undefined || settings === undefined)
    throw new InvariantError(`Bridge ${name} is read without being there.`);
  const members = membersOf(network, name);
  const cidr =
    typeof addresses === "object" ? addresses.cidr.filter((address) => link.addresses.includes(address)) : [];
  const more =
    typeof addresses === "object" ? link.ownAddresses.filter((address) => !addresses.cidr.includes(address)) : [];
  return {
    ...inputs,
    ports: [...ports.filter((port) => members.includes(port)), ...extraMembers(network, inputs)],
    ...(typeof addresses === "object" ? { addresses: { ...addresses, cidr: [...cidr, ...more] } } : {}),
    stp: settings.stp,
    forwardDelaySeconds: settings.forwardDelaySeconds,
    ...(helloTimeSeconds === undefined ? {} : { helloTimeSeconds: settings.helloTimeSeconds }),
    ...(ageingSeconds === undefined ? {} : { ageingSeconds: settings.ageingSeconds }),
    ...(priority === undefined ? {} : { priority: settings.priority }),
    ...(mtu === undefined ? {} : { mtu: link.mtu }),
  };
}

function preflightError(host: RemoteHost, faults: readonly string[]): XenProviderError {
  const list = faults.map((fault) => `  - ${fault}`).join("\n");
  const isTaken = faults.every((fault) => fault.includes("already"));
  const what = `${host.label} cannot have this bridge; nothing was touched.\n${list}`;
  return isTaken ? new AlreadyExistsError(what) : new UnsupportedError(what);
}

function notOwned(name: string, what: string): NotOwnedError {
  return new NotOwnedError(`A bridge ${name} is there and was not made by us; it is not ${what}.`, {
    hint: "Choose another name, or set `adopt: true` to use it as it is.",
  });
}
