/** The host's network files as a bridge needs them, from those that are there. Pure. */
import { type DesiredBond, bondOf, linksBelow } from "../../host/network/bonds";
import { type DesiredBridge, vlanOf } from "../../host/network/desired-bridge";
import { type NetworkFiles, changedFiles } from "../../host/network/network-files";
import type { NetworkSwitch } from "../../host/network/network-switch";
import type { NetworkSystem } from "../../host/network/network-system";
import { mayHave, ownMacOf, withMacs } from "./bridge.bonds";
import { type ObservedNetwork, isInBridge } from "./bridge.observe";
import { bondsIn, portNames, vlansIn } from "./bridge.ports";
import type { BridgeInputs } from "./bridge.properties";

/** The files as they should be, from those that are there. */
export function desiredFiles(network: ObservedNetwork, inputs: BridgeInputs): NetworkFiles {
  const macAddress = macAddressFor(network, inputs);
  const desired = desiredBridge(inputs, macAddress, withMacs(network, inputs, macAddress));
  return network.system.withBridge(network, desired);
}

/** What becomes of the files of the host's network system, and of the bridge's own record where it has one (toItsSystem). */
export function changesOfFiles(network: ObservedNetwork, inputs: BridgeInputs): NetworkSwitch["files"] {
  const { stands, system, files } = network;
  return [
    ...(stands === undefined
      ? []
      : marked(stands.system, changedFiles(stands.files, stands.system.withoutBridge(stands.files, inputs.name)))),
    ...marked(system, changedFiles(files, desiredFiles(network, inputs))),
  ];
}

export function marked(
  { lastsUntilBoot }: NetworkSystem,
  files: ReturnType<typeof changedFiles>,
): NetworkSwitch["files"] {
  return lastsUntilBoot === true ? files.map((file) => ({ ...file, untilBoot: true as const })) : files;
}

export function filesDiffer(network: ObservedNetwork, inputs: BridgeInputs): boolean {
  return !isSameFiles(network.system, network.files, desiredFiles(network, inputs));
}

/** Only for completed inputs that are known. */
export function desiredBridge(
  inputs: BridgeInputs,
  macAddress: string | undefined,
  bonds: readonly DesiredBond[] = bondsIn(inputs.ports),
): DesiredBridge {
  const { name, ports = [], addresses = "none", dns, stp = false, forwardDelaySeconds = 0 } = inputs;
  const { helloTimeSeconds, maxAgeSeconds, ageingSeconds, priority, mtu, vlanFiltering, trunkVlans = [] } = inputs;
  return {
    name,
    ports: portNames(ports),
    ...(vlansIn(ports).length === 0 ? {} : { vlans: vlansIn(ports) }),
    ...(bonds.length === 0 ? {} : { bonds }),
    addresses,
    stp,
    forwardDelaySeconds,
    ...(dns === undefined ? {} : { dns }),
    ...(helloTimeSeconds === undefined ? {} : { helloTimeSeconds }),
    ...(maxAgeSeconds === undefined ? {} : { maxAgeSeconds }),
    ...(ageingSeconds === undefined ? {} : { ageingSeconds }),
    ...(priority === undefined ? {} : { priority }),
    ...(mtu === undefined ? {} : { mtu }),
    ...(vlanFiltering === true ? { trunkVlans } : {}),
    ...(macAddress === undefined || ports.length === 0 ? {} : { macAddress }),
  };
}

/**
 * The address that the bridge is fixed to: that of the port whose addresses it takes over, since leases and neighbours know them by it;
 * else its first port's. One that it has from another of its ports stays, so that the order of ports means nothing later.
 */
export function macAddressFor(network: ObservedNetwork, inputs: BridgeInputs): string | undefined {
  const { name, addresses } = inputs;
  const { system } = network;
  const desired = desiredBridge(inputs, undefined);
  // A VLAN has that of the card that it stands on, and a bond those of its cards.
  const macOf = (port = ""): string | undefined =>
    ownMacOf(network, vlanOf(desired, port)?.on ?? [...(bondOf(desired, port)?.of ?? [port])].sort()[0] ?? "");
  const isOneOf = (port: string, macAddress: string): boolean => {
    const bond = bondOf(desired, port);
    return bond === undefined ? macOf(port) === macAddress : mayHave(network, bond, macAddress);
  };
  const has = system.readBridge(network, name)?.macAddress;
  const giving = linksBelow(desired).find((port) => {
    const { fixed, isLeased } = system.gives(network, port, name);
    return isLeased || (addresses !== "dhcp" && fixed.length > 0);
  });
  const isNew = giving !== undefined && !isInBridge(network, name, giving);
  const movesNow = isNew && (addresses === "inherit" || addresses === "dhcp");
  return has !== undefined && !movesNow && desired.ports.some((port) => isOneOf(port, has))
    ? has
    : macOf(giving ?? desired.ports[0]);
}

/** But for what means nothing: the order in which bridges were written into a file, that of ports, spellings of addresses. */
export function isSameFiles({ inNormalForm }: NetworkSystem, a: NetworkFiles, b: NetworkFiles): boolean {
  const normal = (files: NetworkFiles): NetworkFiles =>
    new Map([...files].map(([path, text]) => [path, inNormalForm(text)] as const));
  return changedFiles(normal(a), normal(b)).length === 0;
}
