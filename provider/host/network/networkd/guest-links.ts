/** Whether systemd-networkd's files would give guests' vifs the host's settings: those for any link do (systemd.network(5)). Pure. */
import type { NetworkFiles } from "../network-files";
import { OWN_HEAD } from "../own-files";
import { type Section, valuesOf } from "../sections-file";
import { sectionsOf } from "./network-file";

/** What Xen's own scripts call a guest's links; no `tap0` of a VPN is among them. A `vifname` may be any other. */
export const GUESTS = ["vif*.*", "tap*.*"];
const EXAMPLES = ["vif1.0", "tap1.0"];

/** Not where the host has a file for vifs: what becomes of them is its author's affair. */
export function ruleGuests(files: NetworkFiles): boolean {
  const matches = [...files]
    .filter(([path, text]) => path.endsWith(".network") && !text.startsWith(OWN_HEAD))
    .map(([path]) => sectionsOf(files, path).filter(({ name }) => name === "Match"));
  const namesVifs = (match: readonly Section[]): boolean =>
    wordsOf(match, "Name").some((pattern) => /^(vif|tap)/.test(pattern)) || wordsOf(match, "Driver").includes("vif");
  return matches.some(isForGuests) && !matches.some(namesVifs);
}

/** Conditions that a vif never meets: it is an Ethernet link without a kind, and has an address of its own. */
const OF_OTHERS = [
  "MACAddress",
  "PermanentMACAddress",
  "Path",
  "Driver",
  "Property",
  "Kind",
  "SSID",
  "WLANInterfaceType",
];

function isForGuests(match: readonly Section[]): boolean {
  return !isOfOthers(match, OF_OTHERS) && fits(match, "ether", EXAMPLES);
}

/** Would one of the files take a bridge of this name that somebody else makes? */
export function isForBridge(files: NetworkFiles, name: string): boolean {
  return [...files.keys()]
    .filter((path) => path.endsWith(".network"))
    .map((path) => sectionsOf(files, path).filter((section) => section.name === "Match"))
    .some((match) => {
      const kinds = wordsOf(match, "Kind");
      const isKind = kinds.length === 0 || isOneOf(kinds, "bridge");
      return (
        isKind &&
        !isOfOthers(
          match,
          OF_OTHERS.filter((key) => key !== "Kind"),
        ) &&
        (fits(match, "bridge", [name]) || (kinds.length > 0 && wordsOf(match, "Name").length === 0))
      );
    });
}

function isOfOthers(match: readonly Section[], keys: readonly string[]): boolean {
  return keys.some((key) => wordsOf(match, key).length > 0);
}

function fits(match: readonly Section[], type: string, examples: readonly string[]): boolean {
  const names = wordsOf(match, "Name");
  const types = wordsOf(match, "Type");
  // Without any condition on links networkd passes over the file.
  if (names.length === 0 && types.length === 0) return false;
  return (
    (types.length === 0 || isOneOf(types, type)) &&
    (names.length === 0 || examples.some((example) => isOneOf(names, example)))
  );
}

function wordsOf(match: readonly Section[], key: string): string[] {
  return valuesOf(match, "Match", key).flatMap((value) => value.split(/\s+/).filter((word) => word !== ""));
}

/** A list that begins with "!" means all others. Of a pattern with a range, when in doubt it fits. */
function isOneOf(patterns: readonly string[], word: string): boolean {
  const [first = ""] = patterns;
  const isInverted = first.startsWith("!");
  const fits = patterns.some((pattern) => {
    const bare = pattern.replace(/^!/, "");
    if (bare.includes("[")) return !isInverted;
    const text = bare
      .replace(/[.+^${}()|\\\]]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".");
    return new RegExp(`^${text}$`).test(word);
  });
  return fits !== isInverted;
}
