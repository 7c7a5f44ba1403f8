/**
 * How a bridge takes a port's addresses over in SUSE's ifcfg files, and gives them back. They come out as an operator would have written
 * them (ifcfg-br0 with BRIDGE_PORTS, and ifcfg-eth0 without an address); ifroute-eth0 and ifrule-eth0 become the bridge's, and lines of
 * `routes` that name the port name the bridge. What they said before is kept in a file of ours (sysconfig/record.ts). Giving back takes
 * what is there now and puts back what we took out, so that it keeps what somebody else has changed since; ifcfg-br0 is ours and goes. Pure.
 */
import { type DesiredBridge, ETHERNET_MTU } from "../desired-bridge";
import type { NetworkConfiguration, NetworkFiles } from "../network-files";
import { linesOf, settingsOf } from "../sysconfig/ifcfg-file";
import { mergedFile } from "../sysconfig/merged-file";
import { type BridgeRecord, recordOf, recordPath, renderRecord } from "../sysconfig/record";
import { renamedWords } from "../sysconfig/words";
import { renderBridge, renderPort } from "./bridge-file";
import { FOLDER, type MoreFile, ROUTES, linkPath, moreFilesOf, pathFor } from "./places";
import { configuredAddresses, isAddressed, ownAddresses, reaches } from "./port-gives";
import { fateOf } from "./port-settings";
import { isDefault, renamedRoute, routeOf } from "./routes-file";

export function withBridge({ files }: NetworkConfiguration, desired: DesiredBridge): NetworkFiles {
  const { name, addresses, dns } = desired;
  const ports = [...desired.ports].sort();
  const original = giveBack(files, name);
  const changed = new Map(original);
  const before = new Map<string, string | undefined>();
  const put = (path: string, text: string | undefined): void => {
    if (!before.has(path)) before.set(path, original.get(path));
    if (text === undefined) changed.delete(path);
    else changed.set(path, text);
  };
  const from = sourceOf(original, desired);
  for (const port of ports) put(linkPath(port), renderPort(original.get(linkPath(port)), port, desired));
  put(linkPath(name), renderBridge(from === undefined ? undefined : original.get(linkPath(from)), from, desired));
  for (const more of from === undefined ? [] : moreFilesOf(original, from)) {
    put(more.path, undefined);
    const moved = movedText(more, original.get(more.path) ?? "", from ?? "", desired);
    if (moved !== undefined) put(pathFor(more, name), moved);
  }
  if (typeof addresses === "object" && addresses.gateway !== undefined) {
    const path = pathFor({ path: "", isRules: false }, name);
    put(path, withGateway(changed.get(path), addresses.gateway, name));
  }
  const common = original.get(ROUTES);
  if (common !== undefined && from !== undefined) {
    const moved = movedRoutes(common, from, configuredAddresses(original, from).fixed, desired);
    if (moved !== common) put(ROUTES, moved);
  }
  const declared = { addresses, ...(dns === undefined ? {} : { dns }), ports, ...(from === undefined ? {} : { from }) };
  changed.set(recordPath(FOLDER, name), renderRecord({ declared, before }));
  return changed;
}

/** The port that has the addresses, else the first that has a file. */
export function sourceOf(files: NetworkFiles, { ports }: Pick<DesiredBridge, "ports">): string | undefined {
  const sorted = [...ports].sort();
  return sorted.find((port) => isAddressed(files, port)) ?? sorted.find((port) => files.has(linkPath(port)));
}

/** `undefined`: what is declared stands in its place. */
function movedText(
  { isRules }: Pick<MoreFile, "isRules">,
  text: string,
  port: string,
  { name, addresses }: Pick<DesiredBridge, "name" | "addresses">,
): string | undefined {
  if (addresses === "none") return undefined;
  const renamed = renamedText(isRules, text, port, name);
  return addresses === "inherit" || isRules ? renamed : withoutLinesThat(isDefault, renamed);
}

function renamedText(isRules: boolean, text: string, from: string, to: string): string {
  const rename = isRules ? renamedWords : renamedRoute;
  return text
    .split("\n")
    .map((line) => (/^\s*#/.test(line) ? line : rename(line, from, to)))
    .join("\n");
}

function withoutLinesThat(isMeant: (line: string) => boolean, text: string): string {
  return text
    .split("\n")
    .filter((line) => !isMeant(line))
    .join("\n");
}

function withGateway(text: string | undefined, gateway: string, name: string): string {
  return `${text === undefined || text === "" ? "" : `${text.trimEnd()}\n`}default ${gateway} - ${name}\n`;
}

/** `addresses`: the port's own, by whose networks wicked knows which routes are its. */
function movedRoutes(
  text: string,
  port: string,
  own: readonly string[],
  { name, addresses }: Pick<DesiredBridge, "name" | "addresses">,
): string {
  const isReplaced = (line: string): boolean => {
    const route = routeOf(line);
    if (addresses === "inherit" || route === undefined || !isDefault(line)) return false;
    return route.link === port || (route.link === undefined && reaches(own, route.via));
  };
  return renamedText(false, withoutLinesThat(isReplaced, text), port, name);
}

/** The files as they were before `withBridge`, with all that somebody else has changed since. */
export function giveBack(files: NetworkFiles, name: string): NetworkFiles {
  const record = recordOf(files, FOLDER, name);
  if (record === undefined) return files;
  const { declared, before } = record;
  const given = new Map(files);
  given.delete(recordPath(FOLDER, name));
  given.delete(linkPath(name));
  const handed = new Set<string>();
  const { from } = declared;
  const gateway = typeof declared.addresses === "object" ? declared.addresses.gateway : undefined;
  // What the bridge has been given since, its port gets; a route of the bridge's own is one of the port's.
  for (const more of moreFilesOf(files, name)) {
    given.delete(more.path);
    const now = files.get(more.path) ?? "";
    if (from === undefined) continue;
    const path = pathFor(more, from);
    const was = before.get(path);
    const moved = was === undefined ? undefined : movedText(more, was, from, { name, addresses: declared.addresses });
    const asWritten = more.isRules || gateway === undefined ? moved : withGateway(moved, gateway, name);
    if (now === asWritten) continue;
    handed.add(path);
    const isGateway = (line: string): boolean => gateway !== undefined && line === `default ${gateway} - ${name}`;
    const text = renamedText(more.isRules, withoutLinesThat(isGateway, now), name, from);
    if (text.trim() !== "") given.set(path, text);
  }
  for (const [path, was] of before) {
    if (handed.has(path)) continue;
    const now = files.get(path);
    if (was === undefined) given.delete(path);
    else if (path === ROUTES) given.set(path, routesBefore(was, now, record, name));
    else if (now === undefined || !path.startsWith(linkPath(""))) given.set(path, now ?? was);
    else given.set(path, mergedFile(was, now, isOurs(settingsOf(files.get(linkPath(name))).has("MTU"))));
  }
  return given;
}

/** What became of the lines that named the port, and the default routes that were taken out. */
function routesBefore(was: string, now: string | undefined, { declared, before }: BridgeRecord, name: string): string {
  const { from = "", addresses } = declared;
  const own = ownAddresses(settingsOf(before.get(linkPath(from))));
  if (now === undefined || now === movedRoutes(was, from, own, { name, addresses })) return was;
  const lines = new Set(linesOf(now));
  const left = linesOf(movedRoutes(was, from, own, { name, addresses: "inherit" }));
  const kept = linesOf(movedRoutes(was, from, own, { name, addresses }));
  const taken = left.filter((line) => isDefault(line) && !kept.includes(line) && !lines.has(line));
  return renamedText(false, [...taken, now].join("\n"), name, from);
}

/** Of the port's file. `mtuIsOurs`: its MTU is the bridge's. */
function isOurs(mtuIsOurs: boolean): (key: string) => boolean {
  return (key) => /^(BOOTPROTO|STARTMODE)$/.test(key) || (mtuIsOurs && key === "MTU") || fateOf(key, "") === "moves";
}

export function holdsBridge(files: NetworkFiles, name: string): boolean {
  return files.has(recordPath(FOLDER, name));
}

export function ownMtu({ files }: NetworkConfiguration, port: string, bridge: string): number {
  const own = Number(settingsOf(giveBack(files, bridge).get(linkPath(port))).get("MTU"));
  return Number.isInteger(own) && own > 0 ? own : ETHERNET_MTU;
}
