/** The host's network files as a bridge needs them, from those that are there. Pure. */
import { type DesiredBridge, vlanOf } from "../../host/network/desired-bridge";
import { type NetworkFiles, changedFiles } from "../../host/network/network-files";
import type { NetworkSystem } from "../../host/network/network-system";
import type { ObservedNetwork } from "./bridge.observe";
import { portNames, vlansIn } from "./bridge.ports";
import type { BridgeInputs } from "./bridge.properties";

/** The files as they should be, from those that are there. */
export function desiredFiles(network: ObservedNetwork, inputs: BridgeInputs): NetworkFiles {
  return network.system.withBridge(network, desiredBridge(inputs, macAddressFor(network, inputs)));
}

export function filesDiffer(network: ObservedNetwork, inputs: BridgeInputs): boolean {
  return !isSameFiles(network.system, network.files, desiredFiles(network, inputs));
}

/** Only for completed inputs that are known. */
export function desiredBridge(inputs: BridgeInputs, macAddress: string | undefined): DesiredBridge {
  const { name, ports = [], addresses = "none", dns, stp = false, forwardDelaySeconds = 0 } = inputs;
  const { helloTimeSeconds, maxAgeSeconds, ageingSeconds, priority, mtu } = inputs;
  return {
    name,
    ports: portNames(ports),
    ...(vlansIn(ports).length === 0 ? {} : { vlans: vlansIn(ports) }),
    addresses,
    stp,
    forwardDelaySeconds,
    ...(dns === undefined ? {} : { dns }),
    ...(helloTimeSeconds === undefined ? {} : { helloTimeSeconds }),
    ...(maxAgeSeconds === undefined ? {} : { maxAgeSeconds }),
    ...(ageingSeconds === undefined ? {} : { ageingSeconds }),
    ...(priority === undefined ? {} : { priority }),
    ...(mtu === undefined ? {} : { mtu }),
    ...(macAddress === undefined || ports.length === 0 ? {} : { macAddress }),
  };
}

/**
 * The address that the bridge is fixed to: that of the port whose addresses it takes over, since leases and neighbours know them by it;
 * else its first port's. One that it has from another of its ports stays, so that the order of ports means nothing later.
 */
export function macAddressFor(network: ObservedNetwork, inputs: BridgeInputs): string | undefined {
  const { name, addresses } = inputs;
  const { links, system } = network;
  const ports = portNames(inputs.ports);
  const vlans = vlansIn(inputs.ports);
  // A VLAN has that of the card that it stands on.
  const macOf = (port = ""): string | undefined =>
    links.find((link) => link.name === (vlanOf({ vlans }, port)?.on ?? port))?.macAddress;
  const has = system.readBridge(network, name)?.macAddress;
  const giving = ports.find((port) => {
    const { fixed, isLeased } = system.gives(network, port, name);
    return isLeased || (addresses !== "dhcp" && fixed.length > 0);
  });
  const isNew = links.find((link) => link.name === giving)?.bridge !== name;
  const movesNow = giving !== undefined && isNew && (addresses === "inherit" || addresses === "dhcp");
  return has !== undefined && !movesNow && ports.map(macOf).includes(has) ? has : macOf(giving ?? ports[0]);
}

/** But for what means nothing: the order in which bridges were written into a file, that of ports, spellings of addresses. */
export function isSameFiles({ inNormalForm }: NetworkSystem, a: NetworkFiles, b: NetworkFiles): boolean {
  const normal = (files: NetworkFiles): NetworkFiles =>
    new Map([...files].map(([path, text]) => [path, inNormalForm(text)] as const));
  return changedFiles(normal(a), normal(b)).length === 0;
}
