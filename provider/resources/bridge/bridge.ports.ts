/** The ports of a bridge as programs name them: a link that is there, as text, or a VLAN or bond that is made for the bridge. Pure. */
import { type PortBond, bondKey } from "../../host/network/bonds";
import { type PortVlan, vlanName } from "../../host/network/desired-bridge";

/** Inside of one, a value may be unknown still. */
export type BridgePort = string | PortVlan | PortBond;

/** Before its check, it may be anything. */
function isMade(port: BridgePort | null): port is PortVlan | PortBond {
  return typeof port === "object" && port !== null;
}

function isVlan(port: BridgePort): port is PortVlan {
  return isMade(port) && "vlan" in port;
}

function isBond(port: BridgePort): port is PortBond {
  return isMade(port) && "bond" in port;
}

/** What its link is called on the host. */
export function portName(port: BridgePort): string {
  if (isVlan(port)) return vlanName(port);
  return isBond(port) ? port.bond : port;
}

export function portNames(ports: readonly BridgePort[] = []): string[] {
  return ports.map(portName);
}

export function vlansIn(ports: readonly BridgePort[] = []): PortVlan[] {
  return ports.filter(isVlan);
}

export function bondsIn(ports: readonly BridgePort[] = []): PortBond[] {
  return ports.filter(isBond);
}

/** Links of the host on which the bridge stands: its ports, or what its VLANs and bonds are made of. */
export function groundOf(ports: readonly BridgePort[] = []): string[] {
  return [...new Set(ports.flatMap((port) => (isVlan(port) ? [port.on] : isBond(port) ? port.of : [port])))];
}

/** Links that are there and whose addresses the bridge may take over. */
export function cardsIn(ports: readonly BridgePort[] = []): string[] {
  return groundOf(ports.filter((port) => !isVlan(port)));
}

/** By the names of their links, as a host shows them. */
export function inOrder(ports: readonly BridgePort[]): BridgePort[] {
  return [...ports].sort((a, b) => (portName(a) < portName(b) ? -1 : 1));
}

/** The same ports, in any order, and bonds of the same cards? */
export function isSamePorts(a: readonly BridgePort[], b: readonly BridgePort[]): boolean {
  return a.map(keyOf).sort().join("\n") === b.map(keyOf).sort().join("\n");
}

function keyOf(port: BridgePort): string {
  if (isBond(port)) return `bond ${bondKey(port)}`;
  return `${isVlan(port) ? "made" : "there"} ${portName(port)}`;
}
