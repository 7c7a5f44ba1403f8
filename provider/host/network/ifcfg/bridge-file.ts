/** ifcfg-br0, and the ports' files beside it: rendered from what is desired, and read back. Pure. */
import { normalAddress, normalNetwork } from "../addresses";
import { type ConfiguredBridge, type DesiredBridge, type PortVlan, given, vlanOf } from "../desired-bridge";
import type { NetworkFiles } from "../network-files";
import { type IfcfgLine, isNo, parseIfcfg, setting, settingsOf, withValue } from "../sysconfig/ifcfg-file";
import { linkPath, linkFiles } from "./places";
import { configuredAddresses } from "./port-gives";
import { fateOf, isReplaced, renamedValue } from "./port-settings";
import { type BridgeRecord, addressesAsWritten } from "../sysconfig/record";

/** `old`: the port's own file without the bridge, if it has one. */
export function renderPort(old: string | undefined, port: string, desired: DesiredBridge): string {
  const { name, mtu } = desired;
  // The scripts read the number of a VLAN, and its card, out of its name.
  const kind = vlanOf(desired, port) === undefined ? "TYPE=Ethernet" : "VLAN=yes";
  const fresh = [setting("DEVICE", port), kind, "BOOTPROTO=none", "ONBOOT=yes"].join("\n");
  const lines = parseIfcfg(old ?? fresh);
  const has = (key: string): boolean => lines.some(({ assignment }) => assignment?.key === key);
  const kept = lines.flatMap((line): string[] => {
    const { assignment } = line;
    if (assignment === undefined) return [line.text];
    const { key, value = "" } = assignment;
    if (key === "BRIDGE" || fateOf(key, value) === "moves") return [];
    if (key === "BOOTPROTO") return [withValue(line, "none")];
    if (key === "NM_CONTROLLED") return [withValue(line, "no")];
    if (key === "ONBOOT") return [isNo(value) ? withValue(line, "yes") : line.text];
    return [key === "MTU" && mtu !== undefined ? withValue(line, String(mtu)) : line.text];
  });
  return [
    ...kept,
    ...(has("NM_CONTROLLED") ? [] : ["NM_CONTROLLED=no"]),
    ...(mtu === undefined || has("MTU") ? [] : [setting("MTU", mtu)]),
    setting("BRIDGE", name),
    "",
  ].join("\n");
}

/** `old`: the file of the port whose place it takes. */
export function renderBridge(old: string | undefined, from: string | undefined, desired: DesiredBridge): string {
  const { name, addresses, dns, mtu } = desired;
  const lines = old === undefined ? [] : parseIfcfg(old);
  const isCard = keepsHardwareCheck(lines, desired);
  const own: Readonly<Record<string, string>> = {
    DEVICE: name,
    TYPE: "Bridge",
    ONBOOT: "yes",
    ...(addresses === "inherit" ? {} : { BOOTPROTO: addresses === "dhcp" ? "dhcp" : "none" }),
    ...(addresses === "none" ? { IPV6INIT: "no" } : {}),
    ...(typeof addresses === "object" && addresses.cidr.some(isIPv6) ? { IPV6INIT: "yes" } : {}),
  };
  const kept = lines.flatMap((line): string[] => {
    const { assignment } = line;
    if (assignment === undefined) return [];
    const { key, value = "" } = assignment;
    if (key === "NM_CONTROLLED") return ["NM_CONTROLLED=no"];
    if (key === "HWADDR") return isCard ? [line.text] : [];
    if (key === "ONBOOT" && !isNo(value)) return [line.text];
    if (own[key] !== undefined) return [withValue(line, own[key])];
    if (key === "BOOTPROTO") return [line.text];
    if (fateOf(key, value) !== "moves" || addresses === "none") return [];
    if (addresses !== "inherit" && isReplaced(key)) return [];
    if (dns !== undefined && /^(DNS\d*|PEERDNS)$/.test(key)) return [];
    return [withValue(line, renamedValue(key, value, from ?? "", name))];
  });
  const has = (key: string): boolean => kept.some((text) => parseIfcfg(text)[0]?.assignment?.key === key);
  const missing = Object.entries({ ...own, NM_CONTROLLED: "no" }).filter(([key]) => !has(key));
  return [
    ...missing.map(([key, value]) => setting(key, value)),
    ...kept,
    ...declaredLines(desired),
    ...(dns ?? []).map((server, at) => setting(`DNS${at + 1}`, server)),
    ...(desired.macAddress === undefined || isCard ? [] : [setting("MACADDR", desired.macAddress)]),
    ...(mtu === undefined ? [] : [setting("MTU", mtu)]),
    ...bridgeLines(desired),
    "",
  ].join("\n");
}

/**
 * HWADDR is no setting but a check: a bridge that has not this address is not brought up. It has that of its port where it has only one,
 * whose own the card's is; else its address is set, by MACADDR.
 */
function keepsHardwareCheck(lines: readonly IfcfgLine[], { ports, macAddress }: DesiredBridge): boolean {
  const value = (key: string): string =>
    lines.findLast((line) => line.assignment?.key === key)?.assignment?.value ?? "";
  return (
    ports.length === 1 &&
    value("MACADDR") === "" &&
    macAddress !== undefined &&
    value("HWADDR").toLowerCase() === macAddress.toLowerCase()
  );
}

/** The first IPv4 address is the one by whose network the scripts decide whether they set the gateway. */
export function inOrder(cidr: readonly string[], gateway: string | undefined): string[] {
  const isNear = (address: string): boolean =>
    gateway !== undefined && normalNetwork(`${gateway}/${address.split("/")[1] ?? "32"}`) === normalNetwork(address);
  return [...cidr.filter(isNear), ...cidr.filter((address) => !isNear(address))];
}

function declaredLines({ name, addresses }: DesiredBridge): string[] {
  if (typeof addresses !== "object") return [];
  const { gateway } = addresses;
  const ordered = inOrder(addresses.cidr, gateway);
  const [first6, ...more6] = ordered.filter(isIPv6);
  return [
    ...ordered
      .filter((cidr) => !isIPv6(cidr))
      .flatMap((cidr, at) => {
        const [address = "", length = "32"] = cidr.split("/");
        const number = at === 0 ? "" : String(at);
        return [setting(`IPADDR${number}`, address), setting(`PREFIX${number}`, length)];
      }),
    ...(gateway === undefined || isIPv6(gateway) ? [] : [setting("GATEWAY", gateway)]),
    ...(first6 === undefined ? [] : [setting("IPV6ADDR", first6)]),
    ...(more6.length === 0 ? [] : [setting("IPV6ADDR_SECONDARIES", more6.join(" "))]),
    ...(gateway !== undefined && isIPv6(gateway)
      ? [setting("IPV6_DEFAULTGW", /^fe80:/i.test(gateway) ? `${gateway}%${name}` : gateway)]
      : []),
  ];
}

/** sysconfig.txt: DELAY in seconds; what BRIDGING_OPTS names is written into sysfs, which counts in hundredths of them. */
function bridgeLines(desired: DesiredBridge): string[] {
  const { stp, forwardDelaySeconds, helloTimeSeconds, maxAgeSeconds, ageingSeconds, priority } = desired;
  const hundredths = (key: string, seconds: number | undefined): string[] =>
    seconds === undefined ? [] : [`${key}=${Math.round(seconds * 100)}`];
  const options = [
    ...hundredths("hello_time", helloTimeSeconds),
    ...hundredths("max_age", maxAgeSeconds),
    ...hundredths("ageing_time", ageingSeconds),
    ...(priority === undefined ? [] : [`priority=${priority}`]),
  ];
  return [
    ...(stp ? ["STP=on"] : []),
    // Without STP the kernel forwards at once, whatever the delay is.
    ...(stp || forwardDelaySeconds !== 0 ? [setting("DELAY", forwardDelaySeconds)] : []),
    ...(options.length === 0 ? [] : [`BRIDGING_OPTS="${options.join(" ")}"`]),
  ];
}

export function isIPv6(address: string): boolean {
  return address.includes(":");
}

/** `declared`: what the record says. */
export function readBridgeFile(
  files: NetworkFiles,
  name: string,
  { declared, before }: Pick<BridgeRecord, "declared" | "before">,
): ConfiguredBridge | undefined {
  const text = files.get(linkPath(name));
  const settings = settingsOf(text);
  if (text === undefined || settings.get("TYPE") !== "Bridge") return undefined;
  const options = new Map(
    (settings.get("BRIDGING_OPTS") ?? "").split(" ").map((word) => word.split("=", 2) as [string, string]),
  );
  const number = (value: string | undefined): number | undefined =>
    value === undefined || !/^\d+(\.\d+)?$/.test(value) ? undefined : Number(value);
  const seconds = (key: string): number | undefined => {
    const hundredths = number(options.get(key));
    return hundredths === undefined ? undefined : hundredths / 100;
  };
  const { addresses, dns } = declared;
  const ports = linkFiles(files).filter(({ settings: own }) => own.get("BRIDGE") === name);
  const vlans = linkFiles(files).flatMap(({ path, device, settings: own }): PortVlan[] => {
    const [, on = "", vlan] = /^(.+)\.(\d+)$/.exec(device) ?? [];
    // One that had a file before is the host's.
    const isMade = own.get("VLAN") === "yes" && before.has(path) && before.get(path) === undefined;
    return isMade && vlan !== undefined ? [{ on, vlan: Number(vlan) }] : [];
  });
  return {
    ports: ports.map(({ device }) => device),
    ...given("vlans", vlans.length === 0 ? undefined : vlans),
    stp: /^(on|yes|1)$/.test(settings.get("STP") ?? ""),
    forwardDelaySeconds: number(settings.get("DELAY")) ?? 0,
    ...given("helloTimeSeconds", seconds("hello_time")),
    ...given("maxAgeSeconds", seconds("max_age")),
    ...given("ageingSeconds", seconds("ageing_time")),
    ...given("priority", number(options.get("priority"))),
    ...given("mtu", number(settings.get("MTU"))),
    ...given("dns", dns?.filter((server, at) => settings.get(`DNS${at + 1}`) === server).map(normalAddress)),
    ...given("macAddress", (settings.get("MACADDR") ?? settings.get("HWADDR"))?.toLowerCase()),
    ...addressesAsWritten(addresses, configuredAddresses(files, name)),
  };
}
