/**
 * A bridge as files of interfaces(5) say it: rendered from what is desired, and read back from what stands there. Pure.
 */
import { normalAddress, normalCidr } from "../addresses";
import { bondOf, linksBelow } from "../bonds";
import {
  type ConfiguredBridge,
  type DesiredBridge,
  ETHERNET_MTU,
  type PortVlan,
  given,
  vlanName,
  vlanOf,
} from "../desired-bridge";
import type { NetworkFiles } from "../network-files";
import { OWN_HEAD } from "../own-files";
import { bondStanza, madeBonds } from "./bond-stanzas";
import { type Dialect, type InterfaceStanza, RAW_DEVICE, valueOf } from "./dialect";
import { allStanzas, isStarted, linkOf, stanzasOf } from "./interfaces-file";
import { fateOf } from "./port-lines";

/** `files` are without the bridge. */
export function renderBridge(dialect: Dialect, files: NetworkFiles, desired: DesiredBridge): string {
  const { name, dns, mtu, vlans = [], bonds = [] } = desired;
  const ports = [...desired.ports].sort();
  const ownMtus = ports.map((port) => portMtu(dialect, files, desired, port));
  const bridge = [
    `  ${dialect.portsOption} ${ports.length === 0 ? "none" : ports.join(" ")}`,
    ...dialect.settings(desired, ownMtus).map((option) => `  ${option}`),
    // Not the option "mtu": ifupdown's dhcp method does not have it, and it is not the ports'.
    ...(mtu === undefined ? [] : [...ports, name].map((link) => `  post-up ip link set dev ${link} mtu ${mtu}`)),
    ...(mtu === undefined
      ? []
      : ports
          // What was made for the bridge is gone by then.
          .filter((link) => vlanOf(desired, link) === undefined && bondOf(desired, link) === undefined)
          .map((link) => `  post-down ip link set dev ${link} mtu ${ownMtu(dialect, files, link)}`)),
    ...(dns === undefined || dns.length === 0 ? [] : [`  dns-nameservers ${dns.join(" ")}`]),
  ];
  const stanzas = addressStanzas(dialect, files, desired);
  const aliases = stanzas
    .map(({ alias }) => alias)
    .filter((alias) => linksBelow(desired).some((port) => isStarted(dialect, files, `${port}${alias}`)));
  const started = [...new Set(["", ...aliases])].map((alias) => `auto ${name}${alias}`);
  const texts = stanzas.map(({ alias, head, options }, at) =>
    [`iface ${name}${alias} ${head}`, ...options.map((option) => `  ${option}`), ...(at === 0 ? bridge : [])].join(
      "\n",
    ),
  );
  const made = [
    ...[...bonds]
      .sort((a, b) => (a.bond < b.bond ? -1 : 1))
      .map((bond) => bondStanza(dialect, bond, bondMtu(dialect, files, desired, bond.bond))),
    ...[...vlans].sort((a, b) => (vlanName(a) < vlanName(b) ? -1 : 1)).map((vlan) => vlanStanza(dialect, vlan, mtu)),
  ];
  return [OWN_HEAD, ...made, ...started, ...texts, ""].join("\n");
}

/** Before the bridge's own lines: they are brought up in their order. */
function vlanStanza(dialect: Dialect, vlan: PortVlan, mtu: number | undefined): string {
  const options = [...dialect.vlan(vlan), ...(mtu === undefined || !dialect.resetsMtu ? [] : [`mtu ${mtu}`])];
  const name = vlanName(vlan);
  return [`auto ${name}`, `iface ${name} inet manual`, ...options.map((option) => `  ${option}`)].join("\n");
}

/** What a port has by its own lines, or those of what it is made of. */
function portMtu(dialect: Dialect, files: NetworkFiles, desired: DesiredBridge, port: string): number {
  const cards = bondOf(desired, port)?.of ?? [vlanOf(desired, port)?.on ?? port];
  return Math.min(...cards.map((card) => ownMtu(dialect, files, card)));
}

/** A bond gives its cards the MTU that it has: by itself that of any link, whatever theirs was. */
function bondMtu(dialect: Dialect, files: NetworkFiles, desired: DesiredBridge, bond: string): number | undefined {
  const mtu = (dialect.resetsMtu ? desired.mtu : undefined) ?? portMtu(dialect, files, desired, bond);
  return mtu === ETHERNET_MTU ? undefined : mtu;
}

/** Those that our own lines make. `original`: the files without them. */
function madeVlans(dialect: Dialect, files: NetworkFiles, original: NetworkFiles): PortVlan[] | undefined {
  const others = new Set(allStanzas(dialect, original).map((stanza) => stanza.interface));
  const made = allStanzas(dialect, files).flatMap(({ interface: name, options }) => {
    const on = valueOf(options, RAW_DEVICE);
    if (on === undefined || others.has(name) || !name.startsWith(`${on}.`)) return [];
    const vlan = Number(name.slice(on.length + 1));
    return Number.isInteger(vlan) ? [{ on, vlan }] : [];
  });
  return made.length === 0 ? undefined : made;
}

/** What a port has without a bridge's `mtu`: that of its own lines, which it keeps. */
export function ownMtu(dialect: Dialect, files: NetworkFiles, port: string): number {
  const own = allStanzas(dialect, files)
    .filter((stanza) => stanza.interface === port)
    .flatMap(({ options }) => options.filter(({ name }) => name === "mtu").map(({ value }) => Number(value)));
  return own.find(Number.isInteger) ?? ETHERNET_MTU;
}

interface AddressStanza {
  /** `:1` of `br0:1`; empty for the bridge itself. */
  readonly alias: string;
  /** `inet static` */
  readonly head: string;
  /** `address 198.51.100.7/24` */
  readonly options: readonly string[];
}

function addressStanzas(
  dialect: Dialect,
  files: NetworkFiles,
  desired: Pick<DesiredBridge, "name" | "ports" | "bonds" | "addresses" | "dns">,
): AddressStanza[] {
  const { name, addresses, dns } = desired;
  const links = linksBelow(desired);
  if (addresses === "none") return [{ alias: "", head: "inet manual", options: [] }];
  if (addresses === "dhcp") return [{ alias: "", head: "inet dhcp", options: [] }];
  if (addresses === "inherit") {
    const inherited = allStanzas(dialect, files)
      .filter((stanza) => links.includes(linkOf(stanza.interface)) && dialect.isAddressed(stanza))
      .map((stanza) => inheritedStanza(dialect, stanza, name, dns !== undefined));
    const own = inherited.filter(({ alias }) => alias === "");
    const aliases = inherited.filter(({ alias }) => alias !== "");
    if (inherited.length === 0) return [];
    // The first one makes the bridge.
    return [...(own.length === 0 ? [{ alias: "", head: "inet manual", options: [] }] : own), ...aliases];
  }
  const isV6 = (address: string): boolean => address.includes(":");
  const gatewayAt = addresses.cidr.findIndex(
    (cidr) => addresses.gateway !== undefined && isV6(cidr) === isV6(addresses.gateway),
  );
  return addresses.cidr.map((cidr, at) => ({
    alias: "",
    head: `${isV6(cidr) ? "inet6" : "inet"} static`,
    options: [`address ${cidr}`, ...(at === gatewayAt ? [`gateway ${addresses.gateway ?? ""}`] : [])],
  }));
}

function inheritedStanza(
  dialect: Dialect,
  { interface: port, family, method, options }: InterfaceStanza,
  bridge: string,
  hasDns: boolean,
): AddressStanza {
  const alias = port.slice(linkOf(port).length);
  const lines = options.flatMap((option) => {
    if (option.name === "dns-nameservers" && hasDns) return [];
    const fate = fateOf(dialect, option, port, `${bridge}${alias}`);
    // What is refused never comes to be written.
    return fate.fate === "stays" ? [] : [fate.fate === "moves" ? fate.line : option];
  });
  return { alias, head: `${family} ${method}`, options: lines.map(({ name, value }) => `${name} ${value}`) };
}

/** `original`: the files without the bridge. `undefined`: they hold no bridge of this name in our form. */
export function readBridge(
  dialect: Dialect,
  files: NetworkFiles,
  original: NetworkFiles,
  name: string,
): ConfiguredBridge | undefined {
  const stanzas = stanzasOf(dialect, files, name);
  const first = stanzas[0]?.options ?? [];
  const ownFrom = first.findIndex((option) => option.name === dialect.portsOption);
  if (ownFrom < 0) return undefined;
  const own = first.slice(ownFrom);
  const mtu = own
    .filter((option) => option.name === "post-up")
    .map((option) => /^ip link set dev (\S+) mtu (\d+)$/.exec(option.value))
    .find((words) => words?.[1] === name)?.[2];
  const ports = (valueOf(own, dialect.portsOption) ?? "").split(/\s+/).filter((port) => port !== "" && port !== "none");
  const dns = valueOf(own, "dns-nameservers")?.split(/\s+/).map(normalAddress);
  const written = stanzas.map(
    ({ interface: link, family, method, options }, at): AddressStanza => ({
      alias: link.slice(name.length),
      head: `${family} ${method}`,
      options: (at === 0 ? options.slice(0, ownFrom) : options).map((option) => `${option.name} ${option.value}`),
    }),
  );
  const bonds = given("bonds", madeBonds(dialect, files, original));
  const inherit = { name, ports, ...bonds, addresses: "inherit" as const, ...given("dns", dns) };
  const inherited = addressStanzas(dialect, original, inherit);
  return {
    ports,
    ...bonds,
    ...given("vlans", madeVlans(dialect, files, original)),
    ...dialect.readSettings(own),
    ...given("mtu", mtu === undefined ? undefined : Number(mtu)),
    ...given("dns", dns),
    addresses: addressesOf(written),
    inherits: isSame(written, inherited),
  };
}

function addressesOf(stanzas: readonly AddressStanza[]): ConfiguredBridge["addresses"] {
  const [only] = stanzas;
  if (stanzas.length === 1 && only?.options.length === 0) {
    if (only.head === "inet manual") return "none";
    if (only.head === "inet dhcp") return "dhcp";
  }
  const cidr: string[] = [];
  let gateway: string | undefined;
  for (const { alias, head, options } of stanzas) {
    if (!head.endsWith(" static") || alias !== "") return undefined;
    for (const [key, value = ""] of options.map((option) => option.split(/\s+/, 2))) {
      if (key === "address" && value.includes("/")) cidr.push(normalCidr(value));
      else if (key === "gateway" && gateway === undefined) gateway = normalAddress(value);
      else return undefined;
    }
  }
  return { cidr, ...given("gateway", gateway) };
}

function isSame(a: readonly AddressStanza[], b: readonly AddressStanza[]): boolean {
  const text = (stanzas: readonly AddressStanza[]): string =>
    stanzas.flatMap(({ alias, head, options }) => [`${alias} ${head}`, ...options.map(normalOption)]).join("\n");
  return a.length > 0 && text(a) === text(b);
}

/** One option of a stanza, in the form in which the order of ports and the spelling of an address do not count. */
export function normalOption(line: string): string {
  const [, indent = "", key = "", value = ""] = /^(\s*)(\S+)\s*(.*)$/.exec(line) ?? [];
  if (/^bridge[-_]ports$/.test(key)) return `${indent}${key} ${value.split(/\s+/).sort().join(" ")}`;
  if (!/^(address|gateway|dns-nameservers)$/.test(key)) return line;
  return `${indent}${key} ${value.split(/\s+/).map(normalCidr).join(" ")}`;
}
