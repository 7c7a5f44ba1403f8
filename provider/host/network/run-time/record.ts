/**
 * The record of a bridge that lasts until the next boot, in a folder that a boot empties: what it is to be, and what each of its ports had.
 * links.sh reads it. Pure.
 */
import { normalAddress, normalCidr } from "../addresses";
import { type ConfiguredBridge, type DesiredBridge, ETHERNET_MTU, given } from "../desired-bridge";
import type { NetworkConfiguration, NetworkFiles } from "../network-files";
import { ownText } from "../own-files";
import { type Section, parseSections, renderSections, settingOf, valueOf, valuesOf } from "../sections-file";

/** `/run` is younger than EL 6. */
export const RECORDS = "/var/run/pulumi-xen/network";

export function recordPath(bridge: string): string {
  return `${RECORDS}/${bridge}.bridge`;
}

/** What a port had before it became one. */
export interface PortHad {
  /** With prefix lengths, without those that routers announced. */
  readonly addresses: readonly string[];
  readonly mtu: number;
}

/** By the record, or by the link while it is no port of the bridge yet. */
export function portHad({ files, links = [] }: NetworkConfiguration, port: string, bridge: string): PortHad {
  const section = sectionsIn(files, bridge).find((each) => valueOf([each], "Port", "Name") === port);
  if (section !== undefined)
    return {
      addresses: valuesOf([section], "Port", "Had"),
      mtu: Number(valueOf([section], "Port", "HadMTU") ?? ETHERNET_MTU),
    };
  const link = links.find(({ name }) => name === port);
  return { addresses: link?.ownAddresses ?? [], mtu: link?.mtu ?? ETHERNET_MTU };
}

/** Is it in the record already? Then what it has now is the bridge's. */
export function isTaken({ files }: NetworkConfiguration, port: string, bridge: string): boolean {
  return sectionsIn(files, bridge).some((section) => valueOf([section], "Port", "Name") === port);
}

function sectionsIn(files: NetworkFiles, bridge: string): Section[] {
  return parseSections(files.get(recordPath(bridge)) ?? "");
}

/** The port whose addresses the bridge takes over, or whose place its own take. */
export function givingPort(now: NetworkConfiguration, { name, ports }: DesiredBridge): string | undefined {
  return ports.find((port) => portHad(now, port, name).addresses.length > 0) ?? ports[0];
}

export function withBridge(now: NetworkConfiguration, desired: DesiredBridge): NetworkFiles {
  return new Map([...now.files, [recordPath(desired.name), renderRecord(now, desired)]]);
}

export function withoutBridge(files: NetworkFiles, bridge: string): NetworkFiles {
  return new Map([...files].filter(([path]) => path !== recordPath(bridge)));
}

function renderRecord(now: NetworkConfiguration, desired: DesiredBridge): string {
  const { name, ports, addresses, macAddress, mtu } = desired;
  const declared = typeof addresses === "object" ? addresses : undefined;
  const from = addresses === "none" ? undefined : givingPort(now, desired);
  return ownText(
    renderSections([
      {
        name: "Bridge",
        settings: [
          ...settingOf("STP", desired.stp ? 1 : 0),
          ...hundredths("ForwardDelay", desired.forwardDelaySeconds),
          ...hundredths("HelloTime", desired.helloTimeSeconds),
          ...hundredths("MaxAge", desired.maxAgeSeconds),
          ...hundredths("AgeingTime", desired.ageingSeconds),
          ...settingOf("Priority", desired.priority),
          ...settingOf("MTUBytes", mtu),
          ...settingOf("MACAddress", macAddress),
        ],
      },
      {
        name: "Network",
        settings: [
          ...settingOf("Addresses", typeof addresses === "object" ? "static" : addresses),
          ...settingOf("From", from),
          ...(declared?.cidr ?? []).flatMap((cidr) => settingOf("Address", cidr)),
          ...settingOf("Gateway", declared?.gateway),
        ],
      },
      ...ports.map((port): Section => {
        const had = portHad(now, port, name);
        return {
          name: "Port",
          settings: [
            ...settingOf("Name", port),
            ...settingOf("HadMTU", had.mtu),
            ...had.addresses.flatMap((cidr) => settingOf("Had", cidr)),
          ],
        };
      }),
    ]),
  );
}

function hundredths(key: string, seconds: number | undefined): Section["settings"] {
  return settingOf(key, seconds === undefined ? undefined : Math.round(seconds * 100));
}

/** Lines that a running bridge takes while its links stay up. */
export const SETTING = /^(STP|ForwardDelay|HelloTime|MaxAge|AgeingTime|Priority|MTUBytes)=|^\[Bridge\]$|^\s*$/;

export function readBridge({ files }: NetworkConfiguration, bridge: string): ConfiguredBridge | undefined {
  if (!files.has(recordPath(bridge))) return undefined;
  const sections = sectionsIn(files, bridge);
  const number = (key: string): number | undefined => {
    const value = valueOf(sections, "Bridge", key);
    return value === undefined || !/^\d+$/.test(value) ? undefined : Number(value);
  };
  const seconds = (key: string): number | undefined => {
    const value = number(key);
    return value === undefined ? undefined : value / 100;
  };
  const kind = valueOf(sections, "Network", "Addresses");
  const gateway = valueOf(sections, "Network", "Gateway");
  return {
    ports: valuesOf(sections, "Port", "Name"),
    stp: number("STP") === 1,
    forwardDelaySeconds: seconds("ForwardDelay") ?? 15,
    ...given("helloTimeSeconds", seconds("HelloTime")),
    ...given("maxAgeSeconds", seconds("MaxAge")),
    ...given("ageingSeconds", seconds("AgeingTime")),
    ...given("priority", number("Priority")),
    ...given("mtu", number("MTUBytes")),
    ...given("macAddress", valueOf(sections, "Bridge", "MACAddress")),
    addresses:
      kind === "static"
        ? {
            cidr: valuesOf(sections, "Network", "Address").map(normalCidr),
            ...given("gateway", gateway === undefined ? undefined : normalAddress(gateway)),
          }
        : kind === "none"
          ? "none"
          : undefined,
    inherits: kind === "inherit",
  };
}

/** What the bridge has by the record. */
export function addressesOf(files: NetworkFiles, bridge: string): readonly string[] {
  const read = readBridge({ files, sources: new Map(), clientIds: new Map() }, bridge);
  if (read?.inherits === true) {
    const sections = sectionsIn(files, bridge);
    const from = valueOf(sections, "Network", "From");
    const giving = sections.filter((section) => valueOf([section], "Port", "Name") === from);
    return valuesOf(giving, "Port", "Had");
  }
  return typeof read?.addresses === "object" ? read.addresses.cidr.map(normalCidr) : [];
}
