/** A bridge as a program wants it, and as a network system's files say it. Pure. */

/** `inherit`: those of the first port. `dhcp`: what a server gives. `none`: the host has none on it. Or fixed ones. */
export type BridgeAddresses = "inherit" | "dhcp" | "none" | StaticAddresses;

interface StaticAddresses {
  /** IP addresses with their prefix lengths, such as `["198.51.100.7/24"]`. */
  readonly cidr: readonly string[];
  /** The default gateway, an IP address. Default: none. */
  readonly gateway?: string | undefined;
}

export interface DesiredBridge {
  readonly name: string;
  readonly ports: readonly string[];
  readonly addresses: BridgeAddresses;
  readonly dns?: readonly string[];
  readonly stp: boolean;
  readonly forwardDelaySeconds: number;
  readonly helloTimeSeconds?: number;
  readonly maxAgeSeconds?: number;
  readonly ageingSeconds?: number;
  readonly priority?: number;
  readonly mtu?: number;
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

/** Of a card that nobody has told another. */
export const ETHERNET_MTU = 1500;

/** A property where there is a value for it. */
export function given<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: V };
}
