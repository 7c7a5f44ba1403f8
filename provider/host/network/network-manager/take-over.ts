/**
 * How a bridge takes a port's addresses over with NetworkManager, and gives them back. Profiles of ours have a higher priority than
 * those that are there, which stay as they are: giving back is taking ours away. Pure.
 *
 *   pulumi-xen-br0.nmconnection        the bridge: what is declared, then what its port had
 *   pulumi-xen-br0.eth0.nmconnection   the port, in place of the profile whose file it names; a VLAN or bond that is made says so
 *                                      itself, and the profile of a bond's card names the bond
 */
import { createHash } from "node:crypto";
import { normalAddress, normalCidr, normalNetwork } from "../addresses";
import { bondOf, bondWith, linksBelow } from "../bonds";
import {
  type ConfiguredBridge,
  type DesiredBridge,
  ETHERNET_MTU,
  bondMtu,
  type PortVlan,
  given,
  vlanOf,
} from "../desired-bridge";
import type { NetworkConfiguration, NetworkFiles } from "../network-files";
import { OWN_VLAN, type VlanRange, vlansAmong } from "../vlans";
import { IN_PLACE_OF, noted, ownFiles, ownText } from "../own-files";
import {
  type Section,
  type Setting,
  parseSections,
  renderSections,
  settingOf,
  valueOf,
  without,
} from "../sections-file";
import { bondSection, bondsIn, isBonded } from "./bonds";
import { splitProfile } from "./port-settings";
import { fixedAddresses, isAddressed } from "./profile";

export const OWN = ownFiles("/etc/NetworkManager/system-connections/pulumi-xen-", "nmconnection");
const DECLARED = "# Declared: ";
/** The highest that there is. */
export const PRIORITY = 999;
/** What NetworkManager gives an Ethernet card; a bridge's is 425, behind every other card of the host. */
const ETHERNET_METRIC = 100;

function bridgeFile(name: string): string {
  return OWN.path(name, "nmconnection");
}

/** Nothing where there is none. */
export function sectionsOfPort(now: NetworkConfiguration, port: string, name: string): Section[] {
  const source = OWN.sourceOf(now, port, name);
  return source === undefined ? [] : parseSections(now.files.get(source) ?? "");
}

export function withBridge(now: NetworkConfiguration, desired: DesiredBridge): NetworkFiles {
  const { name, mtu } = desired;
  const files = new Map(OWN.without(now.files, name));
  files.set(bridgeFile(name), renderBridge(now, desired));
  for (const port of linksBelow(desired)) {
    const source = OWN.sourceOf(now, port, name);
    const { ofPort } = splitProfile(sectionsOfPort(now, port, name), port, name);
    const vlan = vlanOf(desired, port);
    const bond = bondOf(desired, port);
    const type = vlan !== undefined ? "vlan" : bond !== undefined ? "bond" : "ethernet";
    const above = bondWith(desired, port)?.bond;
    const ofBond = bond === undefined ? undefined : bondMtu(bond.of.map((card) => ownMtu(now, card, name)));
    const kept = mtu === undefined ? ofPort : ofPort.map((section) => without(section, ETHERNET, ["mtu"]));
    files.set(
      OWN.portPath(name, port),
      ownText([
        ...(source === undefined ? [] : [`${IN_PLACE_OF}${source}`]),
        ...renderSections(
          merged([
            connection(`pulumi-xen-${name}.${port}`, type, port, [
              { key: "master", value: above ?? name },
              { key: "slave-type", value: above === undefined ? "bridge" : "bond" },
            ]),
            {
              name: "vlan",
              settings: [...settingOf("id", vlan?.vlan), ...settingOf("parent", vlan?.on)],
            },
            ...(bond === undefined ? [] : [bondSection(bond)]),
            {
              name: "ethernet",
              settings: [...settingOf("cloned-mac-address", bond?.macAddress), ...settingOf("mtu", mtu ?? ofBond)],
            },
            { name: PORT, settings: above === undefined ? settingOf("vlans", trunkText(desired)) : [] },
            ...kept,
          ]),
        ),
      ]),
    );
  }
  return files;
}

export function holdsBridge(files: NetworkFiles, name: string): boolean {
  return files.has(bridgeFile(name));
}

function vlansIn(files: NetworkFiles, name: string): PortVlan[] | undefined {
  const vlans = OWN.portsIn(files, name).flatMap((port) => {
    const sections = parseSections(files.get(OWN.portPath(name, port)) ?? "");
    const on = valueOf(sections, "vlan", "parent");
    return on === undefined ? [] : [{ on, vlan: Number(valueOf(sections, "vlan", "id")) }];
  });
  return vlans.length === 0 ? undefined : vlans;
}

const PORT = "bridge-port";

/** The bridge's own VLAN it adds itself, untagged. */
function trunkText({ trunkVlans = [] }: DesiredBridge): string | undefined {
  return trunkVlans.length === 0 ? undefined : trunkVlans.join(", ");
}

const ETHERNET = ["ethernet", "802-3-ethernet"];

function connection(id: string, type: string, link: string, more: readonly Setting[] = []): Section {
  return {
    name: "connection",
    settings: [
      { key: "id", value: id },
      { key: "uuid", value: uuidOf(id) },
      { key: "type", value: type },
      { key: "interface-name", value: link },
      { key: "autoconnect-priority", value: String(PRIORITY) },
      ...more,
    ],
  };
}

/** Of a name: the same at each rendering. */
function uuidOf(id: string): string {
  const hex = createHash("sha256").update(`pulumi-xen/network-manager/${id}`).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    "-",
  );
}

function renderBridge(now: NetworkConfiguration, desired: DesiredBridge): string {
  const { name, ports, addresses, mtu, dns } = desired;
  const port = linksBelow(desired).find((link) => isAddressed(sectionsOfPort(now, link, name))) ?? ports[0];
  const had = port === undefined ? [] : splitProfile(sectionsOfPort(now, port, name), port, name).ofBridge;
  return ownText([
    // For whoever reads it back: what the program says.
    `${DECLARED}${JSON.stringify({ addresses, ...(dns === undefined || dns.length === 0 ? {} : { dns }) })}`,
    ...renderSections(
      merged([
        connection(`pulumi-xen-${name}`, "bridge", name),
        { name: "bridge", settings: bridgeSettings(desired) },
        { name: "ethernet", settings: settingOf("mtu", mtu) },
        ...had.filter((section) => !/^ipv[46]$/.test(section.name)),
        ...(["ipv4", "ipv6"] as const).map((family) => ({
          name: family,
          settings: addressSettings(family, desired, had),
        })),
      ]),
    ),
  ]);
}

function bridgeSettings(desired: DesiredBridge): Setting[] {
  const { stp, forwardDelaySeconds, helloTimeSeconds, maxAgeSeconds, ageingSeconds, priority, macAddress } = desired;
  const { trunkVlans } = desired;
  return [
    ...settingOf("stp", stp ? "true" : "false"),
    ...settingOf("forward-delay", forwardDelaySeconds),
    ...settingOf("hello-time", helloTimeSeconds),
    ...settingOf("max-age", maxAgeSeconds),
    ...settingOf("ageing-time", ageingSeconds),
    ...settingOf("priority", priority),
    ...settingOf("mac-address", macAddress),
    ...settingOf("vlan-filtering", trunkVlans === undefined ? undefined : "true"),
    ...settingOf("vlan-default-pvid", trunkVlans === undefined ? undefined : OWN_VLAN),
  ];
}

const ADDRESSING = /^(method|address(es)?\d*|gateway|never-default|may-fail)$/;

function isDefaultRoute(key: string, value: string): boolean {
  return /^routes?\d*$/.test(key) && normalNetwork(value.split(/[,;]/)[0] ?? "") === "default";
}

function addressSettings(
  family: "ipv4" | "ipv6",
  { addresses, dns = [], ports }: DesiredBridge,
  had: readonly Section[],
): Setting[] {
  const isOfFamily = (address: string): boolean => address.includes(":") === (family === "ipv6");
  const inherited = had.filter((section) => section.name === family).flatMap(({ settings }) => settings);
  const servers = dns.filter(isOfFamily);
  const kept = inherited.filter(
    ({ key, value }) =>
      (addresses === "inherit" || !(ADDRESSING.test(key) || isDefaultRoute(key, value))) &&
      !(dns.length > 0 && key === "dns"),
  );
  const own = ((): Setting[] => {
    if (addresses === "inherit") return [];
    if (addresses === "none") return [{ key: "method", value: "disabled" }];
    if (addresses === "dhcp") return [{ key: "method", value: family === "ipv4" ? "auto" : "link-local" }];
    const fixed = addresses.cidr.filter(isOfFamily);
    if (fixed.length === 0) return [{ key: "method", value: family === "ipv4" ? "disabled" : "auto" }];
    return [
      { key: "method", value: "manual" },
      ...fixed.map((cidr, at) => ({ key: `address${at + 1}`, value: cidr })),
      ...settingOf("gateway", isOfFamily(addresses.gateway ?? "") ? addresses.gateway : undefined),
    ];
  })();
  if (addresses === "none") return own;
  const hasMetric = kept.some(({ key }) => key === "route-metric");
  return [
    ...own,
    ...kept,
    ...(servers.length === 0 ? [] : [{ key: "dns", value: `${servers.join(";")};` }]),
    ...(ports.length === 0 || hasMetric ? [] : [{ key: "route-metric", value: String(ETHERNET_METRIC) }]),
  ];
}

/** NetworkManager reads a section once: those of a name become one, the first word for a key counts. */
function merged(sections: readonly Section[]): Section[] {
  const byName = new Map<string, Setting[]>();
  for (const { name, settings } of sections) {
    const all = byName.get(canonical(name)) ?? [];
    byName.set(canonical(name), [...all, ...settings.filter(({ key }) => !all.some((setting) => setting.key === key))]);
  }
  return [...byName].map(([name, settings]) => ({ name, settings }));
}

function canonical(name: string): string {
  return ETHERNET.includes(name) ? "ethernet" : name;
}

export function readBridge({ files }: NetworkConfiguration, name: string): ConfiguredBridge | undefined {
  const content = files.get(bridgeFile(name));
  const declared = declaredIn(content);
  if (content === undefined || declared === undefined) return undefined;
  const sections = parseSections(content);
  const number = (section: string, key: string): number | undefined => {
    const value = valueOf(sections, section, key);
    return value === undefined || !/^\d+(\.\d+)?$/.test(value) ? undefined : Number(value);
  };
  const { addresses, dns } = declared;
  const links = new Map(
    OWN.portsIn(files, name).map((link) => [link, parseSections(files.get(OWN.portPath(name, link)) ?? "")] as const),
  );
  return {
    ports: [...links].filter(([, profile]) => !isBonded(profile)).map(([link]) => link),
    ...given("vlans", vlansIn(files, name)),
    ...given("bonds", bondsIn(links)),
    stp: valueOf(sections, "bridge", "stp") === "true",
    forwardDelaySeconds: number("bridge", "forward-delay") ?? 15,
    ...given("helloTimeSeconds", number("bridge", "hello-time")),
    ...given("maxAgeSeconds", number("bridge", "max-age")),
    ...given("ageingSeconds", number("bridge", "ageing-time")),
    ...given("priority", number("bridge", "priority")),
    ...given("mtu", number("ethernet", "mtu")),
    ...given("trunkVlans", valueOf(sections, "bridge", "vlan-filtering") === "true" ? trunkIn(files, name) : undefined),
    ...given("dns", dns),
    ...given("macAddress", valueOf(sections, "bridge", "mac-address")),
    addresses: addresses === "inherit" ? undefined : asWritten(addresses, sections),
    inherits: addresses === "inherit",
  };
}

/** All ports carry the same; cards of a bond are none. */
function trunkIn(files: NetworkFiles, name: string): VlanRange[] {
  const texts = OWN.portsIn(files, name).map(
    (port) => valueOf(parseSections(files.get(OWN.portPath(name, port)) ?? ""), PORT, "vlans") ?? "",
  );
  const text = texts.find((each) => each !== "") ?? "";
  return vlansAmong(text.split(/[,\s]+/));
}

/** What the comment says counts only so far as the settings say it too. */
function asWritten(
  addresses: Exclude<DesiredBridge["addresses"], "inherit">,
  sections: readonly Section[],
): ConfiguredBridge["addresses"] {
  const method = valueOf(sections, "ipv4", "method");
  if (addresses === "none") return method === "disabled" ? "none" : undefined;
  if (addresses === "dhcp") return method === "auto" ? "dhcp" : undefined;
  const written = fixedAddresses(sections);
  return addresses.cidr.map(normalCidr).every((cidr) => written.includes(cidr))
    ? {
        cidr: addresses.cidr.map(normalCidr),
        ...given("gateway", addresses.gateway === undefined ? undefined : normalAddress(addresses.gateway)),
      }
    : undefined;
}

interface Declared {
  readonly addresses: DesiredBridge["addresses"];
  readonly dns?: readonly string[];
}

function declaredIn(content: string | undefined): Declared | undefined {
  const json = content === undefined ? undefined : noted(content, DECLARED);
  if (json === undefined) return undefined;
  try {
    return JSON.parse(json) as Declared;
  } catch {
    // Somebody has edited it: then it is not in our form.
    return undefined;
  }
}

export function ownMtu(now: NetworkConfiguration, port: string, bridge: string): number {
  const sections = sectionsOfPort(now, port, bridge);
  const own = Number(valueOf(sections, "ethernet", "mtu") ?? valueOf(sections, "802-3-ethernet", "mtu"));
  return Number.isInteger(own) && own > 0 ? own : ETHERNET_MTU;
}
