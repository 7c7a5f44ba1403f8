/**
 * What the programs that read /etc/network/interfaces (interfaces(5)) have each of their own: ifupdown, ifupdown2, ifupdown-ng. How
 * they read its lines, which options they know, and in which words a bridge is written for them. Pure.
 */
import type { BondOption, PortBond } from "../bonds";
import type { DesiredBridge, PortVlan } from "../desired-bridge";
import type { NetworkFiles } from "../network-files";
import { normalVlans } from "../vlans";

/** A line below an "iface". */
export interface PortLine {
  readonly name: string;
  readonly value: string;
}

export interface InterfaceStanza {
  /** `eth0` */
  readonly interface: string;
  /** `inet` or `inet6` */
  readonly family: string;
  /** `static`, `dhcp`, `manual`, … */
  readonly method: string;
  /** Another stanza that it takes its options from. */
  readonly inherits: string | undefined;
  readonly options: readonly PortLine[];
  /** Index of its first physical line, and of the one behind its last option. */
  readonly begin: number;
  readonly end: number;
}

/** How its lines are read. */
export interface Syntax {
  /** First words of lines that are no option of the stanza above. */
  readonly keyword: RegExp;
  /** First words of lines that mean nothing to it, and end no stanza. */
  readonly meaningless?: RegExp;
  /** Of a line of `auto` only the first name counts. */
  readonly startsOne?: boolean;
  /** `source interfaces.d/*` is meant from /etc/network. */
  readonly sourcesAreRelative?: boolean;
}

export interface Dialect {
  readonly syntax: Syntax;
  /** Methods of stanzas whose lines can be moved. */
  readonly methods: readonly string[];
  /** Addresses that a stanza gives by itself, with prefix lengths in their normal form. */
  readonly fixedAddresses: (stanza: InterfaceStanza) => string[];
  readonly isLeased: (stanza: InterfaceStanza) => boolean;
  /** Has it addresses, or commands that need them? */
  readonly isAddressed: (stanza: InterfaceStanza) => boolean;
  /** Whose an option is that is no command; `undefined`: it is not known. */
  readonly ownerOf: (option: PortLine) => "address" | "card" | undefined;
  /** A name that stands for the option in `ownerOf` and the like. */
  readonly optionName: (name: string) => string;
  /** An alias (`eth0:1`) goes down and up by itself. */
  readonly aliasesAreLinks: boolean;
  /** At each ifup it gives a link the MTU of its own lines, or 1500: that of a bridge has to stand there too. */
  readonly resetsMtu: boolean;
  /** What in the files nobody can move for a port. Whole sentences with their remedy. */
  readonly fileFaults: (files: NetworkFiles, port: string) => string[];

  /** Options below the "iface" of a VLAN that is made: the first names the link that it stands on. */
  readonly vlan: (vlan: PortVlan) => string[];
  /** How a bond that is made is said below its "iface". */
  readonly bond: BondWords;
  /** The option that names a bridge's ports. */
  readonly portsOption: string;
  /** The bridge's settings, as options behind that of its ports. `ownMtus`: those that its ports have without it. */
  readonly settings: (desired: DesiredBridge, ownMtus: readonly number[]) => string[];
  /** Reads them back. */
  readonly readSettings: (options: readonly PortLine[]) => BridgeSettings;
  /** Lines that a running bridge takes while its links stay up. */
  readonly settingLine: RegExp;
}

/** All of them name a bond's options as the kernel does, with `-` for `_`: `bond-lacp-rate`. */
interface BondWords {
  /** The option that names its cards. */
  readonly cardsOption: string;
  /** What stands before all others. */
  readonly head?: readonly string[];
  /** Options that it does not know: `ip` sets them. */
  readonly byIp?: ReadonlySet<BondOption>;
  /** Of what it does not take. Whole sentences with their remedy. */
  readonly faults?: (bond: PortBond) => string[];
}

type BridgeSettings = Pick<
  DesiredBridge,
  "stp" | "forwardDelaySeconds" | "helloTimeSeconds" | "ageingSeconds" | "priority" | "macAddress" | "trunkVlans"
>;

/** The first value of an option of this name. */
export function valueOf(options: readonly PortLine[], name: string): string | undefined {
  return options.find((option) => option.name === name)?.value;
}

/** The option by which all of them name the link that a VLAN stands on. */
export const RAW_DEVICE = "vlan-raw-device";

/** A number where the option is one. */
export function numberOf(options: readonly PortLine[], name: string): number | undefined {
  const text = valueOf(options, name);
  return text === undefined || !/^\d+(\.\d+)?$/.test(text) ? undefined : Number(text);
}

/** `255.255.255.0` or `24`, as interfaces(5) takes both. */
export function prefixLength(netmask: string | undefined): number | undefined {
  if (netmask === undefined) return undefined;
  if (/^\d+$/.test(netmask)) return Number(netmask);
  const bits = netmask
    .split(".")
    .map((part) => Number(part).toString(2).padStart(8, "0"))
    .join("");
  return /^1*0*$/.test(bits) && bits.length === 32 ? bits.replaceAll("0", "").length : undefined;
}

/** The line that sets a time of a bridge: the kernel counts in hundredths of a second. */
export function setInKernel(bridge: string, key: string, seconds: number): string {
  return kernelSetting(bridge, key, Math.round(seconds * 100));
}

/** The line that sets a running bridge. */
export function kernelSetting(bridge: string, key: string, value: number): string {
  return `post-up ip link set dev ${bridge} type bridge ${key} ${value}`;
}

/** What such a line sets. */
export function kernelValue(options: readonly PortLine[], key: string): number | undefined {
  const found = options
    .filter(({ name }) => name === "post-up")
    .map(({ value }) => /^ip link set dev \S+ type bridge (\S+) (\d+)$/.exec(value))
    .find((words) => words?.[1] === key);
  return found == null ? undefined : Number(found[2]);
}

const FILTERING = "vlan_filtering";

/** Lines for programs that know no VLANs of ports. The bridge filters last, when the ports carry what they are to. */
export function filteringLines({ name, ports, trunkVlans }: DesiredBridge): string[] {
  if (trunkVlans === undefined) return [];
  return [
    ...[...ports]
      .sort()
      .flatMap((port) => trunkVlans.map((range) => `post-up bridge vlan add dev ${port} vid ${range}`)),
    kernelSetting(name, FILTERING, 1),
  ];
}

/** What such lines say. */
export function filteringIn(options: readonly PortLine[]): Pick<DesiredBridge, "trunkVlans"> {
  if (kernelValue(options, FILTERING) !== 1) return {};
  const ranges = options.flatMap(({ name, value }) => {
    const range = /^bridge vlan add dev \S+ vid (\d+(?:-\d+)?)$/.exec(value)?.[1];
    return name === "post-up" && range !== undefined ? [range] : [];
  });
  return { trunkVlans: normalVlans(ranges) };
}

/** The time that such a line sets, in seconds. */
export function kernelSeconds(options: readonly PortLine[], key: string): number | undefined {
  const value = kernelValue(options, key);
  return value === undefined ? undefined : value / 100;
}
