/** The host's network files as a bridge wants them, from those that are there. Pure. */
import { type NetworkFiles, giveBack, inNormalOrder, takeOver } from "../../host/network/take-over";
import { bridgeWishes } from "./bridge.changes";
import type { ObservedNetwork } from "./bridge.observe";
import type { BridgeInputs } from "./bridge.schema";

/** The address that the bridge is fixed to: its first port's. */
function macAddressFor(network: ObservedNetwork, inputs: BridgeInputs): string | undefined {
  const first = inputs.ports?.[0];
  return network.links.find(({ name }) => name === first)?.macAddress;
}

/** The files as they should be, from those that are there. */
export function wishedFiles(network: ObservedNetwork, inputs: BridgeInputs): NetworkFiles {
  return takeOver(giveBack(network.files, inputs.name), bridgeWishes(inputs, macAddressFor(network, inputs)));
}

export function filesDiffer(network: ObservedNetwork, inputs: BridgeInputs): boolean {
  return !isSameFiles(network.files, wishedFiles(network, inputs));
}

export function changedFiles(
  before: NetworkFiles,
  after: NetworkFiles,
): { path: string; content: string | undefined }[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path) !== after.get(path))
    .map((path) => ({ path, content: after.get(path) }));
}

/** But for the order in which bridges were written into a file: it says nothing, and depends on who came first. */
export function isSameFiles(a: NetworkFiles, b: NetworkFiles): boolean {
  const normal = (files: NetworkFiles): NetworkFiles =>
    new Map([...files].map(([path, text]) => [path, inNormalOrder(text)] as const));
  return changedFiles(normal(a), normal(b)).length === 0;
}
