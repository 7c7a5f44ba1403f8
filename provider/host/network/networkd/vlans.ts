/**
 * VLANs that are made for a bridge with systemd-networkd: a .netdev of ours each, and a drop-in of ours for the file of the card, without which networkd makes none.
 * Pure.
 */
import { type DesiredBridge, type PortVlan, isMadeBy, vlanName } from "../desired-bridge";
import type { NetworkConfiguration, NetworkFiles } from "../network-files";
import { ownText } from "../own-files";
import { type Section, parseSections, renderSections, settingOf, valueOf, valuesOf } from "../sections-file";
import { baseName, filesFor, makersOf, sectionsOf } from "./network-file";

const FOLDER = "/etc/systemd/network/";

/** The VLANs that the bridge has on a card. */
function dropIn(source: string, name: string): string {
  return `${FOLDER}${baseName(source)}.d/pulumi-xen-${name}.conf`;
}

export function isDropIn(path: string): boolean {
  return /^\/etc\/systemd\/network\/[^/]+\.network\.d\/pulumi-xen-[^/]+\.conf$/.test(path);
}

export function withoutDropIns(files: NetworkFiles, name: string): NetworkFiles {
  const own = `.network.d/pulumi-xen-${name}.conf`;
  return new Map([...files].filter(([path]) => !(path.startsWith(FOLDER) && path.endsWith(own))));
}

/** `beginning`: of the paths of the bridge's own files. A card without a file is refused. */
export function vlanFiles(
  { sources }: NetworkConfiguration,
  { name, vlans = [] }: DesiredBridge,
  beginning: string,
): NetworkFiles {
  const cards = [...new Set(vlans.map(({ on }) => on))];
  return new Map([
    ...vlans.map((vlan) => [`${beginning}${vlanName(vlan)}.netdev`, renderVlan(vlan)] as const),
    ...cards.flatMap((on) => {
      const source = sources.get(on);
      const own = vlans.filter((vlan) => vlan.on === on);
      return source === undefined ? [] : [[dropIn(source, name), renderDropIn(own)] as const];
    }),
  ]);
}

function renderVlan(vlan: PortVlan): string {
  return ownText(
    renderSections([
      { name: "NetDev", settings: [...settingOf("Name", vlanName(vlan)), ...settingOf("Kind", "vlan")] },
      { name: "VLAN", settings: settingOf("Id", vlan.vlan) },
    ]),
  );
}

function renderDropIn(vlans: readonly PortVlan[]): string {
  const names = vlans.map(vlanName).sort();
  return ownText(renderSections([{ name: "Network", settings: names.map((value) => ({ key: "VLAN", value })) }]));
}

export function vlansIn(files: NetworkFiles, beginning: string): PortVlan[] | undefined {
  const vlans = [...files].flatMap(([path, text]) => {
    if (!path.startsWith(beginning) || !path.endsWith(".netdev")) return [];
    const sections = parseSections(text);
    const link = valueOf(sections, "NetDev", "Name") ?? "";
    const vlan = Number(valueOf(sections, "VLAN", "Id"));
    return link.endsWith(`.${vlan}`) ? [{ on: link.slice(0, -`.${vlan}`.length), vlan }] : [];
  });
  return vlans.length === 0 ? undefined : vlans;
}

/** The file of a VLAN's card names it, so there must be one, and for that card alone. `files`: without the bridge's. Whole sentences. */
export function vlanFaults(now: NetworkConfiguration, files: NetworkFiles, vlans: readonly PortVlan[]): string[] {
  return vlans.flatMap((vlan) => {
    const name = vlanName(vlan);
    const source = now.sources.get(vlan.on);
    const taken = [...makersOf(files, name), ...filesFor(files, name)].map((path) => isMadeBy(path, vlanName(vlan)));
    if (source === undefined)
      return [
        ...taken,
        `No file of systemd-networkd is for ${vlan.on}, on which ${name} would stand. Write one, such as ${FOLDER}20-${vlan.on}.network with "Name=${vlan.on}" in [Match] and "LinkLocalAddressing=no" in [Network], and run networkctl reload.`,
      ];
    if (isOfOneLink(sectionsOf(now.files, source), vlan.on)) return taken;
    return [
      ...taken,
      `${source} is for other links besides ${vlan.on}, and each would get ${name}. Write a file of its own for ${vlan.on}, with "Name=${vlan.on}" in [Match].`,
    ];
  });
}

function isOfOneLink(sections: readonly Section[], link: string): boolean {
  const words = (key: string): string[] =>
    valuesOf(sections, "Match", key).flatMap((value) => value.split(/\s+/).filter((word) => word !== ""));
  return (
    valueOf(sections, "Match", "Name") === link ||
    ["MACAddress", "PermanentMACAddress"].some((key) => words(key).length === 1)
  );
}
