/** The ports of a bridge as programs name them: a link that is there, as text, or a VLAN that is made for the bridge. Pure. */
import { type PortVlan, vlanName } from "../../host/network/desired-bridge";

/** Inside of one, a value may be unknown still. */
export type BridgePort = string | PortVlan;

function isVlan(port: BridgePort): port is PortVlan {
  return typeof port === "object";
}

/** What its link is called on the host. */
export function portName(port: BridgePort): string {
  return isVlan(port) ? vlanName(port) : port;
}

export function portNames(ports: readonly BridgePort[] = []): string[] {
  return ports.map(portName);
}

export function vlansIn(ports: readonly BridgePort[] = []): PortVlan[] {
  return ports.filter(isVlan);
}

/** Links of the host on which the bridge stands: its ports, or what its VLANs stand on. */
export function groundOf(ports: readonly BridgePort[] = []): string[] {
  return [...new Set(ports.map((port) => (isVlan(port) ? port.on : port)))];
}

/** By the names of their links, as a host shows them. */
export function inOrder(ports: readonly BridgePort[]): BridgePort[] {
  return [...ports].sort((a, b) => (portName(a) < portName(b) ? -1 : 1));
}

/** The same ports, in any order? */
export function isSamePorts(a: readonly BridgePort[], b: readonly BridgePort[]): boolean {
  const key = (port: BridgePort): string => `${isVlan(port) ? "made" : "there"} ${portName(port)}`;
  return a.map(key).sort().join("\n") === b.map(key).sort().join("\n");
}
