/**
 * How ifupdown2 reads files of interfaces(5) (ifupdown-addons-interfaces(5); tried with 3.0): `-` and `_` are the same in the names of options,
 * an address may come with any method, and an alias (`eth0:1`) is but another stanza of its link. Pure.
 */
import { normalCidr } from "../addresses";
import type { PortBond } from "../bonds";
import { type DesiredBridge, ETHERNET_MTU, given } from "../desired-bridge";
import {
  type Dialect,
  type InterfaceStanza,
  type PortLine,
  kernelSeconds,
  numberOf,
  RAW_DEVICE,
  prefixLength,
  setInKernel,
  valueOf,
} from "../interfaces/dialect";
import { sharedStanzaFaults } from "../interfaces/patterns";
import type { NetworkFiles } from "../network-files";
import { OWN_VLAN, type VlanRange, vlansAmong } from "../vlans";

const OF_ADDRESSES =
  /^(address|netmask|broadcast|network|scope|preferred-lifetime|pointopoint|gateway|metric|address-purge|hostname|vendor|client|accept-ra|autoconf|dns-.*)$/;
const OF_THE_CARD =
  /^(hwaddress|mtu|alias|link-(speed|duplex|autoneg|fec)|(gro|lro|gso|tso|ufo|tx|rx)-offload|(ethernet|offload|hardware|driver|bond|vlan)-.*)$/;

const SYNTAX = { keyword: /^(iface|auto|allow(-.*)?|source|vlan)$/ };

const optionName = (name: string): string => name.replaceAll("_", "-");
const named = (options: readonly PortLine[]): PortLine[] =>
  options.map(({ name, value }) => ({ name: optionName(name), value }));

export const ifupdown2Dialect: Dialect = {
  syntax: SYNTAX,
  methods: ["static", "dhcp", "manual"],
  fixedAddresses,
  isLeased: ({ method }) => method === "dhcp",
  isAddressed: ({ method, options }) =>
    method === "static" || method === "dhcp" || options.some(({ name }) => /^(address|gateway)$/.test(name)),
  ownerOf({ name }) {
    if (OF_THE_CARD.test(name)) return "card";
    return OF_ADDRESSES.test(name) ? "address" : undefined;
  },
  optionName,
  aliasesAreLinks: false,
  resetsMtu: true,
  fileFaults: (files, port) => [...templateFaults(files), ...sharedStanzaFaults(SYNTAX, files, port)],

  vlan: ({ on, vlan }) => [`${RAW_DEVICE} ${on}`, `vlan-id ${vlan}`],
  bond: { cardsOption: "bond-slaves", faults: bondFaults },
  portsOption: "bridge-ports",
  settings,
  readSettings(written) {
    const options = named(written);
    return {
      stp: valueOf(options, "bridge-stp") === "on",
      forwardDelaySeconds: secondsIn(options, "bridge-fd", "forward_delay") ?? 15,
      ...given("helloTimeSeconds", secondsIn(options, "bridge-hello", "hello_time")),
      ...given("maxAgeSeconds", secondsIn(options, "bridge-maxage", "max_age")),
      ...given("ageingSeconds", secondsIn(options, "bridge-ageing", "ageing_time")),
      ...given("priority", numberOf(options, "bridge-bridgeprio")),
      ...given("macAddress", valueOf(options, "hwaddress")),
      ...given("trunkVlans", valueOf(options, "bridge-vlan-aware") === "yes" ? vidsIn(options) : undefined),
    };
  },
  settingLine:
    /^\s*(mtu\s|bridge-(stp|fd|hello|maxage|ageing|bridgeprio|vids)\s|post-(up|down) ip link set dev \S+ (mtu|type bridge \S+) )/,
};

/** It takes a time of one byte only (its own list of options, 3.0). */
function bondFaults({ bond, miimonMilliseconds = 0 }: PortBond): string[] {
  if (miimonMilliseconds <= 255) return [];
  return [`miimonMilliseconds of ${bond} is ${miimonMilliseconds}, but ifupdown2 takes at most 255. Lower it.`];
}

/** What it makes of a file by its template engine (mako), which it does with each that has a "%", nobody else knows. */
function templateFaults(files: NetworkFiles): string[] {
  return [...files]
    .filter(([, text]) => text.includes("%") && /^[ \t]*%|<%|\$\{/m.test(text))
    .map(([path]) => `${path} is a template ("%"), whose lines cannot be moved. Write them out.`);
}

/** A netmask belongs to the address above it. */
function fixedAddresses({ method, options }: InterfaceStanza): string[] {
  if (method === "dhcp") return [];
  const found: { readonly address: string; netmask?: string }[] = [];
  for (const { name, value } of options) {
    const last = found.at(-1);
    if (name === "address") found.push({ address: value });
    else if (name === "netmask" && last !== undefined) last.netmask ??= value;
  }
  return found.flatMap(({ address, netmask }) => {
    if (address.includes("/")) return [normalCidr(address)];
    const length = netmask === undefined ? (address.includes(":") ? 128 : 32) : prefixLength(netmask);
    return length === undefined ? [] : [normalCidr(`${address}/${length}`)];
  });
}

function settings(desired: DesiredBridge, ownMtus: readonly number[]): string[] {
  const { name, stp, forwardDelaySeconds, helloTimeSeconds, maxAgeSeconds, ageingSeconds, priority, macAddress } =
    desired;
  const { trunkVlans } = desired;
  const mtu = Math.min(...ownMtus);
  return [
    `bridge-stp ${stp ? "on" : "off"}`,
    ...seconds(name, "bridge-fd", "forward_delay", forwardDelaySeconds),
    ...(helloTimeSeconds === undefined ? [] : seconds(name, "bridge-hello", "hello_time", helloTimeSeconds)),
    ...(maxAgeSeconds === undefined ? [] : seconds(name, "bridge-maxage", "max_age", maxAgeSeconds)),
    ...(ageingSeconds === undefined ? [] : seconds(name, "bridge-ageing", "ageing_time", ageingSeconds)),
    ...(priority === undefined ? [] : [`bridge-bridgeprio ${priority}`]),
    ...(macAddress === undefined ? [] : [`hwaddress ${macAddress}`]),
    "bridge-maxwait 0",
    ...(trunkVlans === undefined
      ? []
      : [
          "bridge-vlan-aware yes",
          `bridge-pvid ${OWN_VLAN}`,
          ...(trunkVlans.length === 0 ? [] : [`bridge-vids ${trunkVlans.join(" ")}`]),
        ]),
    // Else it gives each bridge 1500, whatever its ports have (seen with 3.0).
    ...(ownMtus.length === 0 || mtu === ETHERNET_MTU ? [] : [`mtu ${mtu}`]),
    // It makes a router of each bridge with an address, which then takes no router's word any more (seen with 3.0).
    ...["ipv4", "ipv6"].map(
      (family) =>
        `post-up cat /proc/sys/net/${family}/conf/default/forwarding >/proc/sys/net/${family}/conf/${name}/forwarding`,
    ),
  ];
}

/** It takes whole seconds only: parts of them are set behind it. */
function seconds(bridge: string, option: string, key: string, value: number): string[] {
  return [`${option} ${Math.ceil(value)}`, ...(Number.isInteger(value) ? [] : [setInKernel(bridge, key, value)])];
}

function vidsIn(options: readonly PortLine[]): VlanRange[] {
  return vlansAmong((valueOf(options, "bridge-vids") ?? "").split(/\s+/));
}

function secondsIn(options: readonly PortLine[], option: string, key: string): number | undefined {
  return kernelSeconds(options, key) ?? numberOf(options, option);
}
