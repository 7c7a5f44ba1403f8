/**
 * How a bridge takes a port's addresses over with systemd-networkd, and gives them back. Files of ours come before all others, so
 * that the files that are there stay as they are: giving back is taking ours away. Pure.
 *
 *   00-pulumi-xen-br0.netdev         the bridge
 *   00-pulumi-xen-br0.network        its addresses: what is declared, then what its port had
 *   00-pulumi-xen-br0.eth0.network   the port, in place of the file that it names
 */
import { normalAddress, normalCidr, normalNetwork } from "../addresses";
import { type ConfiguredBridge, type DesiredBridge, ETHERNET_MTU, given } from "../desired-bridge";
import type { NetworkConfiguration, NetworkFiles } from "../network-files";
import { IN_PLACE_OF, noted, ownText } from "../own-file";
import { isAddressed, sectionsOf } from "./network-file";
import { splitPort } from "./port-sections";
import { type Section, parseSections, renderSections, valueOf, valuesOf } from "../sections-file";

const FOLDER = "/etc/systemd/network";
const CLIENT = "# Its DHCP client was ";
const INHERITED = "# Of the port, from ";

export function ownPrefix(name: string): string {
  return `${FOLDER}/00-pulumi-xen-${name}.`;
}

function portFile(name: string, port: string): string {
  return `${ownPrefix(name)}${port}.network`;
}

/** The file that gives a port its settings where we do not: ours tells which one that was. */
export function sourceOf({ files, sources }: NetworkConfiguration, port: string, name: string): string | undefined {
  const own = files.get(portFile(name, port));
  return own === undefined ? sources.get(port) : noted(own, IN_PLACE_OF);
}

/** What that file and its drop-ins say; nothing where there is none. */
export function sectionsOfPort(now: NetworkConfiguration, port: string, name: string): Section[] {
  const source = sourceOf(now, port, name);
  return source === undefined ? [] : sectionsOf(now.files, source);
}

export function withBridge(now: NetworkConfiguration, desired: DesiredBridge): NetworkFiles {
  const { name, ports, mtu } = desired;
  const files = new Map(withoutBridge(now.files, name));
  files.set(`${ownPrefix(name)}netdev`, renderBridge(desired));
  for (const port of ports) {
    const { ofPort } = splitPort(sectionsOfPort(now, port, name), port, name);
    const source = sourceOf(now, port, name);
    const client = clientOf(now, port, name);
    const kept = mtu === undefined ? ofPort : ofPort.map((section) => without(section, "Link", ["MTUBytes"]));
    files.set(
      portFile(name, port),
      ownText([
        ...(source === undefined ? [] : [`${IN_PLACE_OF}${source}`]),
        ...(client === undefined ? [] : [`${CLIENT}${client}`]),
        ...renderSections([
          { name: "Match", settings: [{ key: "Name", value: port }] },
          { name: "Link", settings: mtu === undefined ? [] : [{ key: "MTUBytes", value: String(mtu) }] },
          { name: "Network", settings: [{ key: "Bridge", value: name }] },
          ...kept,
        ]),
      ]),
    );
  }
  files.set(`${ownPrefix(name)}network`, renderAddresses(now, desired));
  return files;
}

export function withoutBridge(files: NetworkFiles, name: string): NetworkFiles {
  return new Map([...files].filter(([path]) => !isOwn(path, name)));
}

/** Not a drop-in for one of ours: that is somebody else's. */
function isOwn(path: string, name: string): boolean {
  return path.startsWith(ownPrefix(name)) && !path.slice(ownPrefix(name).length).includes("/");
}

export function holdsBridge(files: NetworkFiles, name: string): boolean {
  return files.has(`${ownPrefix(name)}netdev`) || files.has(`${ownPrefix(name)}network`);
}

/** systemd.netdev(5). */
function renderBridge(desired: DesiredBridge): string {
  const { name, macAddress, stp, forwardDelaySeconds, helloTimeSeconds, ageingSeconds, priority } = desired;
  const given = (key: string, value: number | string | undefined): Section["settings"] =>
    value === undefined ? [] : [{ key, value: String(value) }];
  return ownText([
    ...renderSections([
      {
        name: "NetDev",
        settings: [...given("Name", name), ...given("Kind", "bridge"), ...given("MACAddress", macAddress)],
      },
      {
        name: "Bridge",
        settings: [
          ...given("STP", stp ? "yes" : "no"),
          ...given("ForwardDelaySec", forwardDelaySeconds),
          ...given("HelloTimeSec", helloTimeSeconds),
          ...given("AgeingTimeSec", ageingSeconds),
          ...given("Priority", priority),
        ],
      },
    ]),
  ]);
}

const REPLACED = ["Address", "Gateway", "DHCP"];

function renderAddresses(now: NetworkConfiguration, desired: DesiredBridge): string {
  const { name, ports, addresses, dns = [], mtu } = desired;
  const declared: Section["settings"] = [
    ...(addresses === "dhcp" ? [{ key: "DHCP", value: "ipv4" }] : []),
    ...(addresses === "none"
      ? [
          { key: "LinkLocalAddressing", value: "no" },
          { key: "IPv6AcceptRA", value: "no" },
        ]
      : []),
    ...(typeof addresses === "object"
      ? [
          ...addresses.cidr.map((value) => ({ key: "Address", value })),
          ...(addresses.gateway === undefined ? [] : [{ key: "Gateway", value: addresses.gateway }]),
        ]
      : []),
    ...dns.map((value) => ({ key: "DNS", value })),
    // No cable will ever bring it up.
    ...(ports.length === 0 ? [{ key: "ConfigureWithoutCarrier", value: "yes" }] : []),
  ];
  const port = ports.find((candidate) => isAddressed(sectionsOfPort(now, candidate, name))) ?? ports[0];
  const source = port === undefined ? undefined : sourceOf(now, port, name);
  const had = addresses === "none" || port === undefined ? [] : ofBridge(now, port, desired);
  return ownText([
    ...renderSections([
      { name: "Match", settings: [{ key: "Name", value: name }] },
      {
        name: "Link",
        settings: [
          ...(mtu === undefined ? [] : [{ key: "MTUBytes", value: String(mtu) }]),
          ...(ports.length === 0 ? [{ key: "RequiredForOnline", value: "no" }] : []),
        ],
      },
      { name: "Network", settings: declared },
    ]),
    ...(had.length === 0 && addresses !== "inherit" ? [] : [`${INHERITED}${source ?? "no file"}:`]),
    ...renderSections(had),
  ]);
}

/** Of what the port had, that which becomes the bridge's beside what is declared. */
function ofBridge(now: NetworkConfiguration, port: string, { name, addresses, dns = [] }: DesiredBridge): Section[] {
  const { ofBridge: all } = splitPort(sectionsOfPort(now, port, name), port, name);
  const named = all.map((section) => without(section, "Network", dns.length === 0 ? [] : ["DNS"]));
  const kept =
    addresses === "inherit"
      ? named
      : named
          .filter((section) => section.name !== "Address" && !isDefaultRoute(section))
          .map((section) => without(section, "Network", REPLACED));
  return (typeof addresses === "object" ? kept : withIdentity(now, port, name, kept)).filter(
    ({ settings }) => settings.length > 0,
  );
}

/**
 * The DHCP client's number for a link comes from the card's name, which the bridge has not: without it the server would give the
 * host another address (sd-dhcp-client: what it calls itself is ff, the number, and the machine's).
 */
function withIdentity(now: NetworkConfiguration, port: string, name: string, sections: readonly Section[]): Section[] {
  const number = /^ff([0-9a-f]{8})/i.exec(clientOf(now, port, name) ?? "")?.[1];
  if (number === undefined) return [...sections];
  const families = ["DHCPv4", "DHCPv6"].filter((family) => valueOf(sections, family, "IAID") === undefined);
  const value = String(Number.parseInt(number, 16));
  return [...sections, ...families.map((family) => ({ name: family, settings: [{ key: "IAID", value }] }))];
}

function clientOf({ files, clientIds }: NetworkConfiguration, port: string, name: string): string | undefined {
  const own = files.get(portFile(name, port));
  return own === undefined ? clientIds.get(port) : noted(own, CLIENT);
}

/** Of the main table: one of another goes with its rules. */
function isDefaultRoute(section: Section): boolean {
  const to = valueOf([section], "Route", "Destination");
  const table = valueOf([section], "Route", "Table");
  return (
    section.name === "Route" &&
    (to === undefined || normalNetwork(to) === "default") &&
    (table === undefined || /^(main|254)$/.test(table))
  );
}

function without(section: Section, name: string, keys: readonly string[]): Section {
  return section.name === name
    ? { ...section, settings: section.settings.filter(({ key }) => !keys.includes(key)) }
    : section;
}

export function readBridge({ files }: NetworkConfiguration, name: string): ConfiguredBridge | undefined {
  const maker = files.get(`${ownPrefix(name)}netdev`);
  const addressing = files.get(`${ownPrefix(name)}network`);
  if (maker === undefined || addressing === undefined) return undefined;
  const bridge = parseSections(maker);
  const [declaredText = "", ...inherited] = addressing.split(`\n${INHERITED}`);
  const declared = parseSections(declaredText);
  const number = (key: string): number | undefined => {
    const value = valueOf(bridge, "Bridge", key);
    return value === undefined || !/^\d+(\.\d+)?$/.test(value) ? undefined : Number(value);
  };
  const mtu = valueOf(declared, "Link", "MTUBytes");
  const dns = valuesOf(declared, "Network", "DNS").map(normalAddress);
  const macAddress = valueOf(bridge, "NetDev", "MACAddress");
  const addresses = declaredAddresses(declared);
  return {
    ports: portsIn(files, name),
    stp: valueOf(bridge, "Bridge", "STP") === "yes",
    forwardDelaySeconds: number("ForwardDelaySec") ?? 15,
    ...given("helloTimeSeconds", number("HelloTimeSec")),
    ...given("ageingSeconds", number("AgeingTimeSec")),
    ...given("priority", number("Priority")),
    ...given("mtu", mtu === undefined ? undefined : Number(mtu)),
    ...given("dns", dns.length === 0 ? undefined : dns),
    ...given("macAddress", macAddress),
    addresses,
    inherits: addresses === undefined && inherited.length > 0,
  };
}

function portsIn(files: NetworkFiles, name: string): string[] {
  return [...files.keys()]
    .filter((path) => isOwn(path, name) && path.endsWith(".network"))
    .map((path) => path.slice(ownPrefix(name).length, -".network".length))
    .filter((port) => port !== "");
}

function declaredAddresses(declared: readonly Section[]): ConfiguredBridge["addresses"] {
  const cidr = valuesOf(declared, "Network", "Address").map(normalCidr);
  const gateway = valueOf(declared, "Network", "Gateway");
  if (cidr.length > 0) return { cidr, ...given("gateway", gateway === undefined ? undefined : normalAddress(gateway)) };
  if (valueOf(declared, "Network", "DHCP") !== undefined) return "dhcp";
  return valueOf(declared, "Network", "LinkLocalAddressing") === "no" ? "none" : undefined;
}

export function ownMtu(now: NetworkConfiguration, port: string, bridge: string): number {
  const own = Number(valueOf(sectionsOfPort(now, port, bridge), "Link", "MTUBytes"));
  return Number.isInteger(own) ? own : ETHERNET_MTU;
}

/** Addresses in their normal form. */
export function inNormalForm(content: string): string {
  return content
    .split("\n")
    .map((line) => {
      const [, key = "", value = ""] = /^(Address|Gateway|DNS|Destination)=(.*)$/.exec(line) ?? [];
      return key === "" ? line.trimEnd() : `${key}=${value.split(/\s+/).map(normalCidr).join(" ")}`;
    })
    .join("\n")
    .trimEnd();
}
