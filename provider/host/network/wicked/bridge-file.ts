/** ifcfg-br0, and the ports' files beside it: rendered from what is desired, and read back. Pure. */
import { normalAddress } from "../addresses";
import { type ConfiguredBridge, type DesiredBridge, type PortVlan, given, vlanOf } from "../desired-bridge";
import type { NetworkFiles } from "../network-files";
import { parseIfcfg, settingsOf, withValue } from "../sysconfig/ifcfg-file";
import { type BridgeRecord, addressesAsWritten } from "../sysconfig/record";
import { linkFiles, linkPath } from "./places";
import { configuredAddresses, isStarted } from "./port-gives";
import { fateOf, isReplaced, renamedValue } from "./port-settings";

/** As YaST writes it. */
function setting(key: string, value: string | number): string {
  return `${key}='${value}'`;
}

/** `old`: the port's own file without the bridge, if it has one. */
export function renderPort(old: string | undefined, port: string, desired: DesiredBridge): string {
  const { mtu } = desired;
  const vlan = vlanOf(desired, port);
  const lines = parseIfcfg(old ?? "");
  const isUp = isStarted(settingsOf(old));
  const has = (key: string): boolean => lines.some(({ assignment }) => assignment?.key === key);
  const kept = lines.flatMap((line): string[] => {
    const { assignment } = line;
    if (assignment === undefined) return [line.text];
    const { key, value } = assignment;
    if (fateOf(key, value) === "moves") return [];
    if (key === "BOOTPROTO") return [withValue(line, "none")];
    if (key === "STARTMODE") return [isUp ? line.text : withValue(line, "auto")];
    return [key === "MTU" && mtu !== undefined ? withValue(line, String(mtu)) : line.text];
  });
  return [
    ...kept,
    ...(has("STARTMODE") ? [] : [setting("STARTMODE", "auto")]),
    ...(has("BOOTPROTO") ? [] : [setting("BOOTPROTO", "none")]),
    ...(vlan === undefined ? [] : [setting("ETHERDEVICE", vlan.on), setting("VLAN_ID", vlan.vlan)]),
    ...(mtu === undefined || has("MTU") ? [] : [setting("MTU", mtu)]),
    "",
  ].join("\n");
}

/** `old`: the file of the port whose place it takes. */
export function renderBridge(old: string | undefined, from: string | undefined, desired: DesiredBridge): string {
  const { name, addresses, macAddress, mtu } = desired;
  const moved = parseIfcfg(old ?? "").flatMap((line): string[] => {
    const { key, value = "" } = line.assignment ?? {};
    if (key === undefined) return [];
    if (key === "BOOTPROTO") return [addresses === "inherit" ? line.text : withValue(line, protocolOf(desired))];
    if (fateOf(key, value) !== "moves" || (addresses === "none" && !/^(ZONE|FIREWALL)$/.test(key))) return [];
    if (addresses !== "inherit" && isReplaced(key)) return [];
    return [withValue(line, renamedValue(key, value, from ?? "", name))];
  });
  const hasProtocol = moved.some((text) => parseIfcfg(text)[0]?.assignment?.key === "BOOTPROTO");
  return [
    setting("STARTMODE", "auto"),
    ...(hasProtocol ? [] : [setting("BOOTPROTO", protocolOf(desired))]),
    ...moved,
    ...(typeof addresses === "object"
      ? addresses.cidr.map((cidr, at) => setting(at === 0 ? "IPADDR" : `IPADDR_${at}`, cidr))
      : []),
    ...bridgeLines(desired),
    ...(macAddress === undefined ? [] : [setting("LLADDR", macAddress)]),
    ...(mtu === undefined ? [] : [setting("MTU", mtu)]),
    "",
  ].join("\n");
}

/** Without a word wicked takes it for static. */
function protocolOf({ addresses }: DesiredBridge): string {
  if (addresses === "dhcp" || addresses === "none") return addresses;
  return "static";
}

/** ifcfg-bridge(5): all of them in seconds. */
function bridgeLines(desired: DesiredBridge): string[] {
  const { ports, stp, forwardDelaySeconds, helloTimeSeconds, maxAgeSeconds, ageingSeconds, priority } = desired;
  const where = (key: string, value: number | undefined): string[] =>
    value === undefined ? [] : [setting(key, value)];
  return [
    setting("BRIDGE", "yes"),
    setting("BRIDGE_PORTS", [...ports].sort().join(" ")),
    setting("BRIDGE_STP", stp ? "on" : "off"),
    setting("BRIDGE_FORWARDDELAY", forwardDelaySeconds),
    ...where("BRIDGE_HELLOTIME", helloTimeSeconds),
    ...where("BRIDGE_MAXAGE", maxAgeSeconds),
    ...where("BRIDGE_AGEINGTIME", ageingSeconds),
    ...where("BRIDGE_PRIORITY", priority),
  ];
}

/** What only the record knows of a gateway and of name servers is read from it: the former stands in a file of routes, the latter are refused. */
export function readBridgeFile(
  files: NetworkFiles,
  name: string,
  { declared, before }: BridgeRecord,
): ConfiguredBridge | undefined {
  const text = files.get(linkPath(name));
  const settings = settingsOf(text);
  if (text === undefined || settings.get("BRIDGE") !== "yes") return undefined;
  const number = (key: string): number | undefined => {
    const value = settings.get(key);
    return value === undefined || !/^\d+(\.\d+)?$/.test(value) ? undefined : Number(value);
  };
  const vlans = linkFiles(files).flatMap(({ path, link, settings: own }): PortVlan[] => {
    const [on, vlan] = [own.get("ETHERDEVICE"), Number(own.get("VLAN_ID"))];
    // One that had a file before is the host's.
    const isMade = before.has(path) && before.get(path) === undefined;
    return isMade && on !== undefined && link === `${on}.${vlan}` ? [{ on, vlan }] : [];
  });
  const { addresses, dns } = declared;
  return {
    ports: (settings.get("BRIDGE_PORTS") ?? "").split(/\s+/).filter((port) => port !== ""),
    ...given("vlans", vlans.length === 0 ? undefined : vlans),
    stp: /^(on|yes)$/i.test(settings.get("BRIDGE_STP") ?? ""),
    forwardDelaySeconds: number("BRIDGE_FORWARDDELAY") ?? 15,
    ...given("helloTimeSeconds", number("BRIDGE_HELLOTIME")),
    ...given("maxAgeSeconds", number("BRIDGE_MAXAGE")),
    ...given("ageingSeconds", number("BRIDGE_AGEINGTIME")),
    ...given("priority", number("BRIDGE_PRIORITY")),
    ...given("mtu", number("MTU")),
    ...given("dns", dns?.map(normalAddress)),
    ...given("macAddress", settings.get("LLADDR")?.toLowerCase()),
    ...addressesAsWritten(addresses, configuredAddresses(files, name)),
  };
}
