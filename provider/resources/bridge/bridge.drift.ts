/** What a look at the host says of a Bridge: how it differs, what it tells, what its inputs have become. Pure. */
import { InvariantError } from "../../errors";
import { configuredAddresses } from "../../host/network/interfaces-file";
import type { Unfinished } from "../../pulumi";
import { filesDiffer, wishedFiles } from "./bridge.files";
import { type ObservedNetwork, bridgeLink, isGuestLink, membersOf } from "./bridge.observe";
import type { BridgeInputs, BridgeOutputs } from "./bridge.schema";

/** Clauses: all in which the host is not as wished. */
export function bridgeDifferences(network: ObservedNetwork, inputs: BridgeInputs): string[] {
  const { name, ports = [], addresses = "none", mtu } = inputs;
  const link = bridgeLink(network, name);
  if (link?.bridgeSettings === undefined) return [`there is no bridge ${name}`];
  const settings = link.bridgeSettings;
  const members = membersOf(network, name);
  const expected = configuredAddresses(network.isAdopted ? network.files : wishedFiles(network, inputs), name);
  const differs = <T>(what: string, is: T, wish: T | undefined): string[] =>
    wish === undefined || is === wish ? [] : [`${what} is ${String(is)}, not ${String(wish)}`];
  return [
    ...(link.isUp ? [] : [`${name} is down`]),
    ...ports.filter((port) => !members.includes(port)).map((port) => `${port} is not a port of it`),
    ...extraMembers(network, inputs).map((port) => `${port} is a port of it`),
    ...expected.fixed.filter((address) => !link.addresses.includes(address)).map((address) => `it lacks ${address}`),
    ...(typeof addresses === "object"
      ? link.ownAddresses.filter((address) => !addresses.cidr.includes(address)).map((address) => `it has ${address}`)
      : []),
    ...(expected.isLeased && link.addresses.length === 0 ? ["it lacks an address"] : []),
    ...differs("stp", settings.stp, inputs.stp),
    ...differs("forwardDelaySeconds", settings.forwardDelaySeconds, inputs.forwardDelaySeconds),
    ...differs("helloTimeSeconds", settings.helloTimeSeconds, inputs.helloTimeSeconds),
    ...differs("ageingSeconds", settings.ageingSeconds, inputs.ageingSeconds),
    ...differs("priority", settings.priority, inputs.priority),
    ...differs("mtu", link.mtu, mtu),
  ];
}

/** Members that are neither wished nor a guest's. */
export function extraMembers(network: ObservedNetwork, inputs: BridgeInputs): string[] {
  return membersOf(network, inputs.name).filter(
    (member) => !isGuestLink(member) && !(inputs.ports ?? []).includes(member),
  );
}

export function outputsOf(network: ObservedNetwork, inputs: BridgeInputs, machineId: string): BridgeOutputs {
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

/** What a refresh makes of a look at the network. */
export function lookedAt(
  network: ObservedNetwork,
  declared: BridgeInputs,
  machineId: string,
): { inputs: BridgeInputs; outputs: BridgeOutputs; unfinished: Unfinished[] } {
  const inputs = inputsAsSeen(network, declared);
  const outputs = outputsOf(network, declared, machineId);
  return { inputs, outputs, unfinished: outputs.phase === "ready" ? [] : leftToDo(network, inputs) };
}

/** How the host differs from the bridge that runs: what the next check cannot find by comparing inputs. */
function leftToDo(network: ObservedNetwork, inputs: BridgeInputs): Unfinished[] {
  const isMade = network.isOurs && !network.isAdopted;
  const found = [
    ...bridgeDifferences(network, inputs),
    ...(isMade && filesDiffer(network, inputs) ? ["the network's files differ"] : []),
  ];
  // What was not made by us is not changed either.
  if (found.length > 0)
    return [{ text: `the bridge is not as declared (${found.join("; ")})`, effect: isMade ? "live" : "none" }];
  return network.phase === "ready" ? [] : [{ text: "the bridge is not confirmed yet", effect: "none" }];
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
