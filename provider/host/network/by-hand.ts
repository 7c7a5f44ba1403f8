/**
 * What a port has that its lines in ifupdown's files do not give it: put there by hand or by another program (keepalived), or
 * by a line that nobody can read. The move to a bridge would lose it, at once or at the next boot. Pure.
 */
import { normalAddress, normalCidr } from "./addresses";
import { type DesiredBridge, isAddressed } from "./bridge-stanzas";
import { type NetworkFiles, configuredAddresses, stanzasOf } from "./interfaces-file";
import type { Link } from "./links";
import { MAIN_FILE } from "./take-over";
import type { LinkRule, Route } from "./routes";

export interface Running {
  readonly links: readonly Link[];
  readonly routes: readonly Route[];
  readonly linkRules: readonly LinkRule[];
}

/** Whole sentences with their remedy. `files` are without our changes; `port` is not in the bridge yet. */
export function notOfFiles(files: NetworkFiles, running: Running, port: string, desired: DesiredBridge): string[] {
  const words = new Set(wordsOfScripts(files, port));
  const lost = (what: string, how: string): string =>
    `${what}, which no line of ${port} in ${MAIN_FILE} gives it: it would be lost. ${how}`;
  const stacked = running.links.filter(({ under }) => under === port).map(({ name }) => name);
  return [
    ...(stacked.length === 0
      ? []
      : [
          `${stacked.join(", ")} stands on ${port}, which goes down for a moment: its routes would be lost. Choose a port that nothing stands on.`,
        ]),
    ...addressesNotOf(files, running, port, desired)
      .filter((address) => !words.has(address) && !words.has(address.split("/", 1)[0] ?? ""))
      .map((address) =>
        lost(
          `${port} has the address ${address}`,
          `Write it there, or take it off the link; a program that gives it (keepalived) is to name ${desired.name}.`,
        ),
      ),
    ...running.routes
      .filter((route) => route.links.includes(port) && !isGiven(route, files, port, words))
      .map(({ to, via, table }) =>
        lost(
          `The route to ${to}${via === undefined ? "" : ` via ${via}`}${table === "main" ? "" : ` of table ${table}`} goes over ${port}`,
          `Write it there as "up ip route add …", or delete it.`,
        ),
      ),
    ...running.linkRules
      .filter(({ link, text }) => link === port && !hasLineWith(files, port, text))
      .map(({ text }) =>
        lost(`The rule "${text}" is about ${port}`, `Write it there as "up ip rule add …", or delete it.`),
      ),
  ];
}

function addressesNotOf(files: NetworkFiles, { links }: Running, port: string, { addresses }: DesiredBridge): string[] {
  const link = links.find(({ name }) => name === port);
  if (link === undefined) return [];
  const { fixed, isLeased } = configuredAddresses(files, port);
  const declared = typeof addresses === "object" ? addresses.cidr.map(normalCidr) : [];
  const isLease = (address: string): boolean => link.dynamicAddresses.includes(address);
  const others = link.addresses.filter(
    (address) =>
      !fixed.includes(address) && !declared.includes(address) && !(address.includes(":") && isLease(address)),
  );
  if (!isLeased) return others;
  // Of a lease, whose client may not say how long it lasts.
  const lease = others.find(isLease) ?? others.find((address) => !address.includes(":"));
  return others.filter((address) => address !== lease && !isLease(address));
}

function isGiven({ to, via, protocol }: Route, files: NetworkFiles, port: string, words: ReadonlySet<string>): boolean {
  if (/^(kernel|ra|dhcp)$/.test(protocol)) return true;
  const stanzas = stanzasOf(files, port).filter(isAddressed);
  if (to === "default" && stanzas.some(({ method }) => method === "dhcp" || method === "auto")) return true;
  const gateways = stanzas.flatMap(({ options }) =>
    options.filter(({ name }) => name === "gateway").map(({ value }) => normalAddress(value)),
  );
  if (to === "default" && via !== undefined && gateways.includes(via)) return true;
  // The way to a gateway outside the prefix.
  const peers = stanzas.flatMap(({ options }) =>
    options.filter(({ name }) => name === "pointopoint").map(({ value }) => normalAddress(value)),
  );
  if (peers.includes(to) || gateways.includes(to)) return true;
  if (to !== "default") return words.has(to) || words.has(to.replace(/\/(32|128)$/, "")) || words.has(`${to}/32`);
  return words.has("default") && (via === undefined || words.has(via));
}

/** Of the commands that its lines run when it comes up; addresses in their normal form. */
function wordsOfScripts(files: NetworkFiles, port: string): string[] {
  return scriptLines(files, port).flatMap((line) => line.split(/[\s'";&|()]+/).map(normalCidr));
}

function hasLineWith(files: NetworkFiles, port: string, rule: string): boolean {
  const table = rule.split(" ").at(-1) ?? "";
  return scriptLines(files, port).some((line) => /\bip\b.*\bru/.test(line) && line.split(/\s+/).includes(table));
}

function scriptLines(files: NetworkFiles, port: string): string[] {
  return stanzasOf(files, port)
    .filter(isAddressed)
    .flatMap(({ options }) => options.filter(({ name }) => /^(pre-|post-)?up$/.test(name)).map(({ value }) => value));
}
