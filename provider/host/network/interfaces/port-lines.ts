/**
 * What becomes of each line below a port's "iface" when the port goes into a bridge. What moves to the bridge is a list;
 * what belongs to the card stays with the port; of everything else it is not known, and it is refused. Pure.
 */
import type { Dialect, PortLine } from "./dialect";

type Fate =
  | { readonly fate: "moves"; readonly line: PortLine }
  | { readonly fate: "stays" }
  /** A clause behind the line itself. */
  | { readonly fate: "refused"; readonly why: string };

const SCRIPT = /^(pre-up|up|post-up|down|pre-down|post-down)$/;

/** Is it a command that ifupdown runs? */
export function isCommand({ name }: PortLine): boolean {
  return SCRIPT.test(name);
}

/** Does this line belong to the card? */
export function staysWithPort(dialect: Dialect, line: PortLine, port: string): boolean {
  return fateOf(dialect, line, port, port).fate === "stays";
}

/** `port` may be an alias, `eth0:1`, of which the bridge's is `br0:1`. */
export function fateOf(dialect: Dialect, line: PortLine, port: string, bridge: string): Fate {
  const { name, value } = line;
  if (isCommand(line)) return fateOfCommands(line, port, bridge);
  const owner = dialect.ownerOf({ name: dialect.optionName(name), value });
  if (owner === "card") return { fate: "stays" };
  if (owner === "address") return { fate: "moves", line };
  if (/^bridge[-_]/.test(name)) return { fate: "refused", why: "it is a bridge itself" };
  if (/^(wpa|wireless)/.test(name)) return { fate: "refused", why: "it is wireless" };
  return { fate: "refused", why: `"${name} ${value}" is neither known as an address's nor as the card's` };
}

function fateOfCommands(line: PortLine, port: string, bridge: string): Fate {
  const commands = line.value.split(/\s*(?:&&|\|\||[;|&])\s*/).filter((command) => command !== "");
  const owners = new Set(commands.map((command) => ownerOf(command, port)));
  const refused = `"${line.name} ${line.value}"`;
  if (owners.has("unknown"))
    return {
      fate: "refused",
      why: `${refused} names the link in a way that is not known to be an address's or the card's`,
    };
  if (owners.has("card") && (owners.has("address") || owners.has("any")))
    return {
      fate: "refused",
      why: `${refused} does something to the card and something else; make two lines of it`,
    };
  if (owners.has("card")) return { fate: "stays" };
  return { fate: "moves", line: { name: line.name, value: renamed(line.value, port, bridge) } };
}

/** Whose a single command is. `any`: it names no link, and goes with the addresses, which it may need. */
function ownerOf(command: string, port: string): "card" | "address" | "any" | "nothing" | "unknown" {
  const bare = command.replace(/^(?:[!({]\s*)*(?:(?:sudo|exec|command)\s+)*/, "").replace(/^(?:\/usr)?\/s?bin\//, "");
  if (!namesLink(command, port)) {
    if (/^(true|:|exit|sleep|test|echo)(\s|$)/.test(bare)) return "nothing";
    return /^(ethtool|mii-tool)\b/.test(bare) ? "unknown" : "any";
  }
  if (/^(ethtool|mii-tool)\b/.test(bare) || /^ip(\s+-\S+)*\s+l(i|in|ink)?\s/.test(bare)) return "card";
  if (/^tc\s/.test(bare) || command.includes("/sys/class/net/")) return "card";
  if (/^ip(\s+-\S+)*\s+(a|addr|address|r|ro|route|ru|rule|n|neigh|neighbour|neighbor)\s/.test(bare)) return "address";
  if (/^(route|arp|ip6?tables(-legacy|-nft)?|nft|sysctl)\s/.test(bare)) return "address";
  if (/\/proc\/sys\/net\/ipv[46]\//.test(command)) return "address";
  return "unknown";
}

/** By its own name, or by the variables that are set for commands. */
function namesLink(command: string, port: string): boolean {
  return wordOf(port).exec(command) !== null || /\$\{?(IFACE|LOGICAL|IF_)/.test(command);
}

function renamed(value: string, port: string, bridge: string): string {
  return value.replace(wordOf(port), bridge);
}

/** `eth0` is a word in `dev eth0` and in `conf.eth0.rp_filter`, not in `eth0.20` (another link) and not in `veth0`. */
function wordOf(port: string): RegExp {
  const escaped = port.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(?<![\\w-])${escaped}(?![\\w-])(?!\\.\\d)`, "g");
}
