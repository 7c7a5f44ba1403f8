/** A bridge as a program wants it, and as a network system's files say it. Pure. */
import type { DesiredBond } from "./bonds";
import type { VlanRange } from "./vlans";

/** `inherit`: those of the first port. `dhcp`: what a server gives. `none`: the host has none on it. Or fixed ones. */
export type BridgeAddresses = "inherit" | "dhcp" | "none" | StaticAddresses;

interface StaticAddresses {
  /** IP addresses with their prefix lengths, such as `["198.51.100.7/24"]`. */
  readonly cidr: readonly string[];
  /** The default gateway, an IP address. Default: none. */
  readonly gateway?: string | undefined;
}

/** A VLAN that is made for a bridge, and is gone with it. */
export interface PortVlan {
  /** The card or bond that it stands on, such as `eth0`. */
  readonly on: string;
  /** Its number (802.1Q), 1 to 4094. */
  readonly vlan: number;
}

/** What its link is called: `eth0.20`. */
export function vlanName({ on, vlan }: PortVlan): string {
  return `${on}.${vlan}`;
}

export interface DesiredBridge {
  readonly name: string;
  /** Those that are made among them. */
  readonly ports: readonly string[];
  /** Those of its ports that are made for it. */
  readonly vlans?: readonly PortVlan[];
  readonly bonds?: readonly DesiredBond[];
  readonly addresses: BridgeAddresses;
  readonly dns?: readonly string[];
  readonly stp: boolean;
  readonly forwardDelaySeconds: number;
  readonly helloTimeSeconds?: number;
  readonly maxAgeSeconds?: number;
  readonly ageingSeconds?: number;
  readonly priority?: number;
  readonly mtu?: number;
  /** It filters VLANs, and its ports carry these tagged, in their normal form; untagged VLAN 1, in which the host stays. */
  readonly trunkVlans?: readonly VlanRange[];
  /** That of a port, so that leases and neighbours survive; a bridge without ports keeps the kernel's. */
  readonly macAddress?: string;
}

/** What the files say of a bridge that we wrote. */
export interface ConfiguredBridge extends Omit<DesiredBridge, "name" | "addresses"> {
  /** `undefined`: in a form that we do not write. */
  readonly addresses: Exclude<BridgeAddresses, "inherit"> | undefined;
  /** Its addresses are also what its ports would hand down. */
  readonly inherits: boolean;
}

/** The VLAN that is made under this name; `undefined`: the port is there without the bridge. */
export function vlanOf({ vlans = [] }: Pick<DesiredBridge, "vlans">, port: string): PortVlan | undefined {
  return vlans.find((vlan) => vlanName(vlan) === port);
}

/** A file of somebody else's makes the VLAN or bond too. A whole sentence with its remedy. */
export function isMadeBy(path: string, name: string): string {
  return `${path} configures ${name} already. Name it in ports as text, "${name}", or take it out of that file.`;
}

/** Of a card that nobody has told another. */
export const ETHERNET_MTU = 1500;

/**
 * The MTU that a bond's file must say, of those of its cards: a bond gives its cards the MTU that it has, and by itself that of any
 * link, whatever theirs was. `undefined`: nothing has to be said.
 */
export function bondMtu(ofCards: readonly number[]): number | undefined {
  const own = Math.min(...ofCards);
  return own === ETHERNET_MTU ? undefined : own;
}

/** A property where there is a value for it. */
export function given<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: V };
}
