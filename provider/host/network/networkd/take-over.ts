/**
 * How a bridge takes a port's addresses over with systemd-networkd, and gives them back. Files of ours come before all others, so
 * that the files that are there stay as they are: giving back is taking ours away. Pure.
 *
 *   00-pulumi-xen-br0.netdev         the bridge
 *   00-pulumi-xen-br0.network        its addresses: what is declared, then what its port had
 *   00-pulumi-xen-br0.eth0.network   the port, in place of the file that it names
 *   00-pulumi-xen-br0.eth0.20.netdev   a VLAN that is made for the bridge; the file of its card gets a drop-in that names it,
 *                                    10-eth0.network.d/pulumi-xen-br0.conf
 *   00-pulumi-xen-br0.bond0.netdev   a bond that is made for the bridge, and 00-pulumi-xen-br0.bond0.network, by which it is a port; the files
 *                                    of its cards name it
 *   00-pulumi-xen-br0.vifs-of-the-guests.network   keeps guests' vifs out of files for any link, where there are such
 */
import { normalAddress, normalCidr, normalNetwork } from "../addresses";
import { bondWith, linksBelow } from "../bonds";
import { type ConfiguredBridge, type DesiredBridge, ETHERNET_MTU, bondMtu, given } from "../desired-bridge";
import type { NetworkConfiguration, NetworkFiles } from "../network-files";
import { OWN_VLAN, type VlanRange, normalVlans } from "../vlans";
import { IN_PLACE_OF, noted, ownFiles, ownText } from "../own-files";
import { bondOfCard, bondSettings, bondsIn, renderBond } from "./bonds";
import { isAddressed, sectionsOf } from "./network-file";
import { GUESTS, ruleGuests } from "./guest-links";
import { splitPort } from "./port-sections";
import { vlanFiles, vlansIn, withoutDropIns } from "./vlans";
import { type Section, parseSections, renderSections, settingOf, valueOf, valuesOf, without } from "../sections-file";

export const OWN = ownFiles("/etc/systemd/network/00-pulumi-xen-", "network");
/** Longer than a link's name, so no port's file is called so. */
const GUESTS_ENDING = "vifs-of-the-guests.network";
const CLIENT = "# Its DHCP client was ";
const INHERITED = "# Of the port, from ";

/** The files as they were before the bridge. */
export function withoutBridge(files: NetworkFiles, name: string): NetworkFiles {
  return withoutDropIns(OWN.without(files, name), name);
}

/** What that file and its drop-ins say; nothing where there is none. */
export function sectionsOfPort(now: NetworkConfiguration, port: string, name: string): Section[] {
  const source = OWN.sourceOf(now, port, name);
  return source === undefined ? [] : sectionsOf(now.files, source);
}

export function withBridge(now: NetworkConfiguration, desired: DesiredBridge): NetworkFiles {
  const { name, bonds = [], mtu } = desired;
  const files = new Map(withoutBridge(now.files, name));
  // With the bridge's `mtu` the file of the bond as its port says it.
  for (const bond of bonds) {
    const ownMtus = bond.of.map((card) => ownMtu(now, card, name));
    files.set(OWN.path(name, `${bond.bond}.netdev`), renderBond(bond, bondMtu(ownMtus)));
  }
  for (const [path, text] of vlanFiles(now, desired, OWN.path(name, ""))) files.set(path, text);
  files.set(OWN.path(name, "netdev"), renderBridge(desired));
  for (const port of linksBelow(desired)) {
    const { ofPort } = splitPort(sectionsOfPort(now, port, name), port, name);
    const source = OWN.sourceOf(now, port, name);
    const client = clientOf(now, port, name);
    const bond = bondWith(desired, port);
    const master = bond === undefined ? settingOf("Bridge", name) : bondSettings(bond, port);
    const kept = mtu === undefined ? ofPort : ofPort.map((section) => without(section, ["Link"], ["MTUBytes"]));
    files.set(
      OWN.portPath(name, port),
      ownText([
        ...(source === undefined ? [] : [`${IN_PLACE_OF}${source}`]),
        ...(client === undefined ? [] : [`${CLIENT}${client}`]),
        ...renderSections([
          { name: "Match", settings: [{ key: "Name", value: port }] },
          { name: "Link", settings: settingOf("MTUBytes", mtu) },
          { name: "Network", settings: master },
          { name: PORT_VLANS, settings: bond === undefined ? portVlans(desired) : [] },
          ...kept,
        ]),
      ]),
    );
  }
  files.set(OWN.path(name, "network"), renderAddresses(now, desired));
  if (ruleGuests(now.files)) files.set(OWN.path(name, GUESTS_ENDING), renderGuests());
  return files;
}

export function holdsBridge(files: NetworkFiles, name: string): boolean {
  return files.has(OWN.path(name, "netdev")) || files.has(OWN.path(name, "network"));
}

const PORT_VLANS = "BridgeVLAN";

/** In figures, what the kernel's default is too: networkd from 256 takes away what is not said. */
function portVlans({ trunkVlans }: DesiredBridge): Section["settings"] {
  if (trunkVlans === undefined) return [];
  return [
    ...settingOf("PVID", OWN_VLAN),
    ...settingOf("EgressUntagged", OWN_VLAN),
    ...trunkVlans.map((range) => ({ key: "VLAN", value: String(range) })),
  ];
}

/** systemd.netdev(5). */
function renderBridge(desired: DesiredBridge): string {
  const { name, macAddress, stp, forwardDelaySeconds, helloTimeSeconds, maxAgeSeconds, ageingSeconds, priority } =
    desired;
  const { trunkVlans } = desired;
  return ownText([
    ...renderSections([
      {
        name: "NetDev",
        settings: [...settingOf("Name", name), ...settingOf("Kind", "bridge"), ...settingOf("MACAddress", macAddress)],
      },
      {
        name: "Bridge",
        settings: [
          ...settingOf("STP", stp ? "yes" : "no"),
          ...settingOf("ForwardDelaySec", forwardDelaySeconds),
          ...settingOf("HelloTimeSec", helloTimeSeconds),
          ...settingOf("MaxAgeSec", maxAgeSeconds),
          ...settingOf("AgeingTimeSec", ageingSeconds),
          ...settingOf("Priority", priority),
          ...settingOf("VLANFiltering", trunkVlans === undefined ? undefined : "yes"),
          ...settingOf("DefaultPVID", trunkVlans === undefined ? undefined : OWN_VLAN),
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
      ? [...addresses.cidr.map((value) => ({ key: "Address", value })), ...settingOf("Gateway", addresses.gateway)]
      : []),
    ...dns.map((value) => ({ key: "DNS", value })),
    // No cable will ever bring it up.
    ...(ports.length === 0 ? [{ key: "ConfigureWithoutCarrier", value: "yes" }] : []),
  ];
  const port = linksBelow(desired).find((link) => isAddressed(sectionsOfPort(now, link, name))) ?? ports[0];
  const source = port === undefined ? undefined : OWN.sourceOf(now, port, name);
  const had = addresses === "none" || port === undefined ? [] : ofBridge(now, port, desired);
  return ownText([
    ...renderSections([
      { name: "Match", settings: [{ key: "Name", value: name }] },
      {
        name: "Link",
        settings: [
          ...settingOf("MTUBytes", mtu),
          ...(ports.length === 0 ? [{ key: "RequiredForOnline", value: "no" }] : []),
        ],
      },
      { name: "Network", settings: declared },
    ]),
    ...(had.length === 0 && addresses !== "inherit" ? [] : [`${INHERITED}${source ?? "no file"}:`]),
    ...renderSections(had),
  ]);
}

/** A wildcard of the host's would give guests' vifs the host's settings, such as an address out of a guest's network. */
function renderGuests(): string {
  return ownText(
    renderSections([
      { name: "Match", settings: [{ key: "Name", value: GUESTS.join(" ") }] },
      { name: "Link", settings: [{ key: "Unmanaged", value: "yes" }] },
    ]),
  );
}

/** Of what the port had, that which becomes the bridge's beside what is declared. */
export function ofBridge(
  now: NetworkConfiguration,
  port: string,
  { name, addresses, dns = [] }: DesiredBridge,
): Section[] {
  const { ofBridge: all } = splitPort(sectionsOfPort(now, port, name), port, name);
  const named = all.map((section) => without(section, ["Network"], dns.length === 0 ? [] : ["DNS"]));
  const kept =
    addresses === "inherit"
      ? named
      : named
          .filter((section) => section.name !== "Address" && !isDefaultRoute(section))
          .map((section) => without(section, ["Network"], REPLACED));
  return (typeof addresses === "object" ? kept : withIdentity(now, port, name, kept)).filter(
    ({ settings }) => settings.length > 0,
  );
}

/**
 * The number of a DHCP client, of either family, for a link comes from the card's name, which the bridge has not: without it the server
 * would give the host another address (sd-dhcp-client: what it calls itself is ff, the number, and the machine's).
 */
function withIdentity(now: NetworkConfiguration, port: string, name: string, sections: readonly Section[]): Section[] {
  const client = clientOf(now, port, name) ?? "";
  const number = /^ff([0-9a-f]{8})/i.exec(client)?.[1];
  const number6 = /\bDHCPv6 ([0-9a-f]{8})$/.exec(client)?.[1];
  const numbers = { DHCPv4: number, DHCPv6: number6 ?? number };
  return [
    ...sections,
    ...Object.entries(numbers).flatMap(([family, hex]) =>
      hex === undefined || valueOf(sections, family, "IAID") !== undefined
        ? []
        : [{ name: family, settings: [{ key: "IAID", value: String(Number.parseInt(hex, 16)) }] }],
    ),
  ];
}

function clientOf({ files, clientIds }: NetworkConfiguration, port: string, name: string): string | undefined {
  const own = files.get(OWN.portPath(name, port));
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

export function readBridge({ files }: NetworkConfiguration, name: string): ConfiguredBridge | undefined {
  const maker = files.get(OWN.path(name, "netdev"));
  const addressing = files.get(OWN.path(name, "network"));
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
  const links = new Map(
    OWN.portsIn(files, name).map((link) => [link, parseSections(files.get(OWN.portPath(name, link)) ?? "")] as const),
  );
  return {
    ports: [...links].filter(([, sections]) => bondOfCard(sections) === undefined).map(([link]) => link),
    ...given("bonds", bondsIn(files, OWN.path(name, ""), links)),
    ...given("vlans", vlansIn(files, OWN.path(name, ""))),
    stp: valueOf(bridge, "Bridge", "STP") === "yes",
    forwardDelaySeconds: number("ForwardDelaySec") ?? 15,
    ...given("helloTimeSeconds", number("HelloTimeSec")),
    ...given("maxAgeSeconds", number("MaxAgeSec")),
    ...given("ageingSeconds", number("AgeingTimeSec")),
    ...given("priority", number("Priority")),
    ...given("mtu", mtu === undefined ? undefined : Number(mtu)),
    ...given("trunkVlans", valueOf(bridge, "Bridge", "VLANFiltering") === "yes" ? trunkIn(files, name) : undefined),
    ...given("dns", dns.length === 0 ? undefined : dns),
    ...given("macAddress", macAddress),
    addresses,
    inherits: addresses === undefined && inherited.length > 0,
  };
}

/** All ports carry the same; cards of a bond are none. */
function trunkIn(files: NetworkFiles, name: string): VlanRange[] {
  const lists = OWN.portsIn(files, name).map((port) =>
    valuesOf(parseSections(files.get(OWN.portPath(name, port)) ?? ""), PORT_VLANS, "VLAN"),
  );
  return normalVlans(lists.find((list) => list.length > 0) ?? []);
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
