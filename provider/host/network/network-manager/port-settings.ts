/**
 * What becomes of each setting of a port's profile when the port goes into a bridge. What moves to the bridge is a list; what belongs
 * to the card stays with the port; everything else is refused (nm-settings-keyfile(5) of NetworkManager 1.30 to 1.52). Pure.
 */
import type { Section, Setting } from "../sections-file";

type Fate = "moves" | "stays" | "goes" | { readonly refused: string };

interface PortSettings {
  readonly ofPort: readonly Section[];
  readonly ofBridge: readonly Section[];
  /** Clauses: why the port cannot go into a bridge. */
  readonly refused: readonly string[];
}

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

export function splitProfile(sections: readonly Section[], port: string, bridge: string): PortSettings {
  const parts = { moves: [] as Section[], stays: [] as Section[] };
  const refused: string[] = [];
  for (const { name, settings } of sections) {
    const ofName = { moves: [] as Setting[], stays: [] as Setting[] };
    for (const setting of settings) {
      const fate = fateOf(name, setting);
      if (typeof fate === "object") refused.push(fate.refused);
      else if (fate !== "goes") ofName[fate].push(fate === "moves" ? renamed(name, setting, port, bridge) : setting);
    }
    for (const fate of ["moves", "stays"] as const)
      if (ofName[fate].length > 0) parts[fate].push({ name, settings: ofName[fate] });
  }
  return { ofPort: parts.stays, ofBridge: parts.moves, refused };
}

function fateOf(section: string, { key, value }: Setting): Fate {
  if (OF_ADDRESSES.has(section)) return "moves";
  // How the profile found the card: ours names it.
  if (section === "match" || /^(\.nmmeta|user)$/.test(section)) return "goes";
  if (/^(802-3-)?ethernet$/.test(section) && /^(mac-address|mac-address-blacklist|mac-address-denylist)$/.test(key))
    return "goes";
  if (OF_THE_CARD.has(section)) return "stays";
  const shown = `"${key}=${value}" of [${section}]`;
  if (section === "connection") {
    if (OF_THE_PROFILE.has(key)) return "goes";
    if (CONNECTION_MOVES.has(key)) return "moves";
    if (key === "lldp") return "stays";
    if (key === "permissions" && value === "") return "goes";
    if (MASTERS.has(key)) return { refused: `by ${shown} it belongs to ${value} already` };
  }
  // A secret may stand there.
  if (section.startsWith("802-1x")) return { refused: "it logs in to the switch (802.1X)" };
  return { refused: `${shown} is neither known as an address's nor as the card's` };
}

/** A rule names the link as a word. */
function renamed(section: string, setting: Setting, port: string, bridge: string): Setting {
  if (!/^ipv[46]$/.test(section) || !/^routing-rule\d+$/.test(setting.key)) return setting;
  const words = setting.value.split(" ");
  return { ...setting, value: words.map((word) => (word === port ? bridge : word)).join(" ") };
}
