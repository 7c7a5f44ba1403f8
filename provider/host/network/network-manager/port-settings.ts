/**
 * What becomes of each setting of a port's profile when the port goes into a bridge. What moves to the bridge is a list; what belongs
 * to the card stays with the port; everything else is refused (nm-settings-keyfile(5) of NetworkManager 1.30 to 1.52). Pure.
 */
import { type Fate, type PortParts, neither, shownSetting, splitParts } from "../port-parts";
import type { Section, Setting } from "../sections-file";

const OF_ADDRESSES = new Set(["ipv4", "ipv6", "proxy"]);
const OF_THE_CARD = new Set(["ethernet", "802-3-ethernet", "ethtool", "link", "sriov", "dcb", "tc"]);
/** Ours has its own. */
const OF_THE_PROFILE = new Set([
  ...["id", "uuid", "type", "interface-name", "timestamp", "read-only", "autoconnect", "autoconnect-priority"],
  ...["autoconnect-retries", "autoconnect-slaves", "autoconnect-ports", "multi-connect", "wait-device-timeout"],
]);
const CONNECTION_MOVES = new Set([
  ...["zone", "metered", "mdns", "llmnr", "dns-over-tls", "mptcp-flags", "stable-id", "gateway-ping-timeout"],
  ...["ip-ping-addresses", "ip-ping-timeout"],
]);
const MASTERS = new Set(["master", "controller"]);

export function splitProfile(sections: readonly Section[], port: string, bridge: string): PortParts {
  return splitParts(sections, fateOf, (section, setting) => renamed(section, setting, port, bridge));
}

function fateOf(section: string, setting: Setting): Fate {
  const { key, value } = setting;
  if (OF_ADDRESSES.has(section)) return "moves";
  // How the profile found the card: ours names it.
  if (section === "match" || /^(\.nmmeta|user)$/.test(section)) return "goes";
  if (/^(802-3-)?ethernet$/.test(section) && /^(mac-address|mac-address-blacklist|mac-address-denylist)$/.test(key))
    return "goes";
  if (OF_THE_CARD.has(section)) return "stays";
  const shown = shownSetting(section, setting);
  if (section === "connection") {
    if (OF_THE_PROFILE.has(key)) return "goes";
    if (CONNECTION_MOVES.has(key)) return "moves";
    if (key === "lldp") return "stays";
    if (key === "permissions" && value === "") return "goes";
    if (MASTERS.has(key)) return { refused: `by ${shown} it belongs to ${value} already` };
  }
  // A secret may stand there.
  if (section.startsWith("802-1x")) return { refused: "it logs in to the switch (802.1X)" };
  return neither(shown);
}

/** A rule names the link as a word. */
function renamed(section: string, setting: Setting, port: string, bridge: string): Setting {
  if (!/^ipv[46]$/.test(section) || !/^routing-rule\d+$/.test(setting.key)) return setting;
  const words = setting.value.split(" ");
  return { ...setting, value: words.map((word) => (word === port ? bridge : word)).join(" ") };
}
