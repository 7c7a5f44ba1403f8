/**
 * A bridge as ifupdown's files say it (bridge-utils-interfaces(5)): rendered from what is desired, and read back from what
 * stands there. Pure.
 */
import { normalAddress, normalCidr } from "../addresses";
import { type ConfiguredBridge, type DesiredBridge, ETHERNET_MTU, given } from "../desired-bridge";
import type { NetworkFiles } from "../network-files";
import { OWN_HEAD } from "../own-files";
import { type InterfaceStanza, allStanzas, linkOf, stanzasOf } from "./interfaces-file";
import { fateOf } from "./port-lines";

export function isAddressed(stanza: InterfaceStanza): boolean {
  return stanza.method !== "manual" && stanza.method !== "loopback";
}

/** `files` are without the bridge. */
export function renderBridge(files: NetworkFiles, desired: DesiredBridge): string {
  const { name, dns, mtu, helloTimeSeconds, maxAgeSeconds, ageingSeconds, priority, macAddress } = desired;
  const ports = [...desired.ports].sort();
  const bridge = [
    `  bridge_ports ${ports.length === 0 ? "none" : ports.join(" ")}`,
    `  bridge_stp ${desired.stp ? "on" : "off"}`,
    `  bridge_fd ${desired.forwardDelaySeconds}`,
    ...(helloTimeSeconds === undefined ? [] : [`  bridge_hello ${helloTimeSeconds}`]),
    ...(maxAgeSeconds === undefined ? [] : [`  bridge_maxage ${maxAgeSeconds}`]),
    ...(ageingSeconds === undefined ? [] : [`  bridge_ageing ${ageingSeconds}`]),
    ...(priority === undefined ? [] : [`  bridge_bridgeprio ${priority}`]),
    ...(macAddress === undefined ? [] : [`  bridge_hw ${macAddress}`]),
    "  bridge_maxwait 0",
    // Not the option "mtu": ifupdown's dhcp method does not have it.
    ...(mtu === undefined ? [] : [...ports, name].map((link) => `  post-up ip link set dev ${link} mtu ${mtu}`)),
    ...(mtu === undefined ? [] : ports.map((link) => `  post-down ip link set dev ${link} mtu ${ownMtu(files, link)}`)),
    ...(dns === undefined || dns.length === 0 ? [] : [`  dns-nameservers ${dns.join(" ")}`]),
  ];
  const stanzas = addressStanzas(files, desired);
  const started = [...new Set(["", ...stanzas.map(({ alias }) => alias)])].map((alias) => `auto ${name}${alias}`);
  const texts = stanzas.map(({ alias, head, options }, at) =>
    [`iface ${name}${alias} ${head}`, ...options.map((option) => `  ${option}`), ...(at === 0 ? bridge : [])].join(
      "\n",
    ),
  );
  return [OWN_HEAD, ...started, ...texts, ""].join("\n");
}

/** What a port has without a bridge's `mtu`: that of its own lines, which it keeps. */
export function ownMtu(files: NetworkFiles, port: string): number {
  const own = allStanzas(files)
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
  files: NetworkFiles,
  { name, ports, addresses, dns }: Pick<DesiredBridge, "name" | "ports" | "addresses" | "dns">,
): AddressStanza[] {
  if (addresses === "none") return [{ alias: "", head: "inet manual", options: [] }];
  if (addresses === "dhcp") return [{ alias: "", head: "inet dhcp", options: [] }];
  if (addresses === "inherit") {
    const inherited = allStanzas(files)
      .filter((stanza) => ports.includes(linkOf(stanza.interface)) && isAddressed(stanza))
      .map((stanza) => inheritedStanza(stanza, name, dns !== undefined));
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
  { interface: port, family, method, options }: InterfaceStanza,
  bridge: string,
  hasDns: boolean,
): AddressStanza {
  const alias = port.slice(linkOf(port).length);
  const lines = options.flatMap((option) => {
    if (option.name === "dns-nameservers" && hasDns) return [];
    const fate = fateOf(option, port, `${bridge}${alias}`);
    // What is refused never comes to be written.
    return fate.fate === "stays" ? [] : [fate.fate === "moves" ? fate.line : option];
  });
  return { alias, head: `${family} ${method}`, options: lines.map(({ name, value }) => `${name} ${value}`) };
}

/** `original`: the files without the bridge. `undefined`: they hold no bridge of this name in our form. */
export function readBridge(files: NetworkFiles, original: NetworkFiles, name: string): ConfiguredBridge | undefined {
  const stanzas = stanzasOf(files, name);
  const first = stanzas[0]?.options ?? [];
  const ownFrom = first.findIndex((option) => option.name === "bridge_ports");
  if (ownFrom < 0) return undefined;
  const own = first.slice(ownFrom);
  const value = (key: string): string | undefined => own.find((option) => option.name === key)?.value;
  const number = (key: string): number | undefined => {
    const text = value(key);
    return text === undefined || !/^\d+(\.\d+)?$/.test(text) ? undefined : Number(text);
  };
  const mtu = own
    .filter((option) => option.name === "post-up")
    .map((option) => /^ip link set dev (\S+) mtu (\d+)$/.exec(option.value))
    .find((words) => words?.[1] === name)?.[2];
  const ports = (value("bridge_ports") ?? "").split(/\s+/).filter((port) => port !== "" && port !== "none");
  const dns = value("dns-nameservers")?.split(/\s+/).map(normalAddress);
  const written = stanzas.map(
    ({ interface: link, family, method, options }, at): AddressStanza => ({
      alias: link.slice(name.length),
      head: `${family} ${method}`,
      options: (at === 0 ? options.slice(0, ownFrom) : options).map((option) => `${option.name} ${option.value}`),
    }),
  );
  return {
    ports,
    stp: value("bridge_stp") === "on",
    forwardDelaySeconds: number("bridge_fd") ?? 15,
    ...given("helloTimeSeconds", number("bridge_hello")),
    ...given("maxAgeSeconds", number("bridge_maxage")),
    ...given("ageingSeconds", number("bridge_ageing")),
    ...given("priority", number("bridge_bridgeprio")),
    ...given("mtu", mtu === undefined ? undefined : Number(mtu)),
    ...given("dns", dns),
    ...given("macAddress", value("bridge_hw")),
    addresses: addressesOf(written),
    inherits: isSame(written, addressStanzas(original, { name, ports, addresses: "inherit", ...given("dns", dns) })),
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
  if (key === "bridge_ports") return `${indent}${key} ${value.split(/\s+/).sort().join(" ")}`;
  if (!/^(address|gateway|dns-nameservers)$/.test(key)) return line;
  return `${indent}${key} ${value.split(/\s+/).map(normalCidr).join(" ")}`;
}
