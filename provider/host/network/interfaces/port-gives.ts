/** What files of interfaces(5) give a port: addresses, routes and rules, also by the commands of its lines. Pure. */
import { normalAddress, normalCidr } from "../addresses";
import type { PortGives } from "../by-hand";
import type { NetworkFiles } from "../network-files";
import type { Route, Rule } from "../routes";
import type { Dialect } from "./dialect";
import { configuredAddresses, stanzasOf } from "./interfaces-file";
import { MAIN_FILE } from "./take-over";

/** `files` are without the bridge. */
export function givesOf(dialect: Dialect, files: NetworkFiles, port: string): PortGives {
  const words = new Set(wordsOfScripts(dialect, files, port));
  return {
    file: MAIN_FILE,
    ...configuredAddresses(dialect, files, port),
    names: (address) => words.has(address) || words.has(address.split("/", 1)[0] ?? ""),
    hasRoute: (route) => isGiven(dialect, route, files, port, words),
    hasRule: (rule) => hasLineWith(dialect, files, port, rule),
    routeForm: `"up ip route add …"`,
    ruleForm: `"up ip rule add …"`,
  };
}

function isGiven(
  dialect: Dialect,
  { to, via, protocol }: Route,
  files: NetworkFiles,
  port: string,
  words: ReadonlySet<string>,
): boolean {
  if (/^(kernel|ra|dhcp)$/.test(protocol)) return true;
  const stanzas = stanzasOf(dialect, files, port).filter(dialect.isAddressed);
  if (to === "default" && stanzas.some((stanza) => dialect.isLeased(stanza) || stanza.method === "auto")) return true;
  const gateways = stanzas.flatMap(({ options }) =>
    options.filter(({ name }) => name === "gateway").map(({ value }) => normalAddress(value)),
  );
  if (to === "default" && via !== undefined && gateways.includes(via)) return true;
  // The way to a gateway outside the prefix.
  const peers = stanzas.flatMap(({ options }) =>
    options.filter(({ name }) => /^(pointopoint|point-to-point)$/.test(name)).map(({ value }) => normalAddress(value)),
  );
  if (peers.includes(to) || gateways.includes(to)) return true;
  if (to !== "default") return words.has(to) || words.has(to.replace(/\/(32|128)$/, "")) || words.has(`${to}/32`);
  return words.has("default") && (via === undefined || words.has(via));
}

/** Of the commands that its lines run when it comes up; addresses in their normal form. */
function wordsOfScripts(dialect: Dialect, files: NetworkFiles, port: string): string[] {
  return scriptLines(dialect, files, port).flatMap((line) => line.split(/[\s'";&|()]+/).map(normalCidr));
}

function hasLineWith(dialect: Dialect, files: NetworkFiles, port: string, { table }: Rule): boolean {
  return scriptLines(dialect, files, port).some(
    (line) => /\bip\b.*\bru/.test(line) && line.split(/\s+/).includes(table),
  );
}

function scriptLines(dialect: Dialect, files: NetworkFiles, port: string): string[] {
  return stanzasOf(dialect, files, port)
    .filter(dialect.isAddressed)
    .flatMap(({ options }) => options.filter(({ name }) => /^(pre-|post-)?up$/.test(name)).map(({ value }) => value));
}
