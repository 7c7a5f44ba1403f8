/**
 * How a bridge takes a port's addresses over in Red Hat's ifcfg files, and gives them back. The files come out as an operator would have
 * written them (ifcfg-br0, and `BRIDGE=br0` in ifcfg-eth0); aliases, routes and rules get the bridge's name in theirs. What they said
 * before is kept in a file of ours (record.ts). Giving back takes what is there now and puts back what we took out, so that it keeps
 * what somebody else has changed since; the bridge's own ifcfg file is ours and goes. Pure.
 */
import { type DesiredBridge, ETHERNET_MTU } from "../desired-bridge";
import type { NetworkConfiguration, NetworkFiles } from "../network-files";
import { renderBridge, renderPort } from "./bridge-file";
import { parseIfcfg, settingsOf, withValue } from "../sysconfig/ifcfg-file";
import { mergedFile } from "../sysconfig/merged-file";
import { recordOf, recordPath, renderRecord } from "../sysconfig/record";
import { renamedWords } from "../sysconfig/words";
import { FOLDER, type MoreFile, linkFilesOf, linkPath, moreFilesOf, pathFor } from "./places";
import { isAddressed } from "./port-gives";
import { fateOf } from "./port-settings";

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
  for (const port of ports) {
    const path = linkFilesOf(original, port).at(0)?.path ?? linkPath(port);
    put(path, renderPort(original.get(path), port, desired));
    if (port !== from) continue;
    for (const more of moreFilesOf(original, port)) {
      put(more.path, undefined);
      const moved = movedText(more, original.get(more.path) ?? "", port, desired);
      if (moved !== undefined) put(pathFor(more.path, port, name), moved);
    }
  }
  const source = from === undefined ? undefined : linkFilesOf(original, from).at(0)?.path;
  put(linkPath(name), renderBridge(source === undefined ? undefined : original.get(source), from, desired));
  const declared = { addresses, ...(dns === undefined ? {} : { dns }), ports, ...(from === undefined ? {} : { from }) };
  changed.set(recordPath(FOLDER, name), renderRecord({ declared, before }));
  return changed;
}

/** The port that has the addresses, else the first that has a file. */
export function sourceOf(files: NetworkFiles, { ports }: Pick<DesiredBridge, "ports">): string | undefined {
  const sorted = [...ports].sort();
  return sorted.find((port) => isAddressed(files, port)) ?? sorted.find((port) => linkFilesOf(files, port).length > 0);
}

/** `undefined`: what is declared stands in its place. */
function movedText(
  { kind, isRules }: MoreFile,
  text: string,
  port: string,
  { name, addresses }: DesiredBridge,
): string | undefined {
  if (addresses === "inherit") return renamedText(kind, text, port, name);
  if (addresses === "none" || kind === "alias") return undefined;
  const renamed = renamedText(kind, text, port, name);
  if (kind === "numbered" || isRules) return renamed;
  return renamed
    .split("\n")
    .filter(
      (line) => !/^\s*(to\s+)?(default|0\.0\.0\.0\/0|::\/0)\s/.test(`${line} `) || /\stable\s+(?!main\b)/.test(line),
    )
    .join("\n");
}

/** With another link's name where it names the one. */
function renamedText(kind: MoreFile["kind"], text: string, from: string, to: string): string {
  if (kind === "numbered") return text;
  return text
    .split("\n")
    .map((line) => {
      if (kind === "words") return /^\s*#/.test(line) ? line : renamedWords(line, from, to);
      const [parsed] = parseIfcfg(line);
      const { key, value } = parsed?.assignment ?? {};
      if (parsed === undefined || key !== "DEVICE" || value === undefined) return line;
      return value === from || value.startsWith(`${from}:`)
        ? withValue(parsed, `${to}${value.slice(from.length)}`)
        : line;
    })
    .join("\n");
}

/** The files as they were before `withBridge`, with all that somebody else has changed since. */
export function giveBack(files: NetworkFiles, name: string): NetworkFiles {
  const record = recordOf(files, FOLDER, name);
  if (record === undefined) return files;
  const { declared, before } = record;
  const given = new Map(files);
  given.delete(recordPath(FOLDER, name));
  given.delete(linkPath(name));
  const own = new Set<string>();
  // What the bridge has been given since, its port gets; a route of the bridge's own is one of the port's.
  for (const more of moreFilesOf(files, name)) {
    const { from } = declared;
    if (from === undefined) continue;
    const path = pathFor(more.path, name, from);
    given.delete(more.path);
    const [now, was] = [files.get(more.path) ?? "", before.get(path)];
    const asWritten =
      was === undefined ? undefined : movedText(more, was, from, { ...EMPTY, name, addresses: declared.addresses });
    own.add(path);
    given.set(path, was !== undefined && now === asWritten ? was : renamedText(more.kind, now, name, from));
  }
  for (const [path, was] of before) {
    if (own.has(path)) continue;
    const now = files.get(path);
    if (was === undefined) given.delete(path);
    else if (now === undefined || !path.startsWith(linkPath(""))) given.set(path, now ?? was);
    else given.set(path, mergedFile(was, now, isOurs(settingsOf(files.get(linkPath(name))).has("MTU"))));
  }
  return given;
}

const EMPTY: DesiredBridge = { name: "", ports: [], addresses: "inherit", stp: false, forwardDelaySeconds: 0 };

/** Of the port's file. `mtuIsOurs`: its MTU is the bridge's. */
function isOurs(mtuIsOurs: boolean): (key: string) => boolean {
  return (key) =>
    /^(BOOTPROTO|NM_CONTROLLED|ONBOOT|BRIDGE)$/.test(key) ||
    (mtuIsOurs && key === "MTU") ||
    fateOf(key, "") === "moves";
}

export function holdsBridge(files: NetworkFiles, name: string): boolean {
  return files.has(recordPath(FOLDER, name));
}

export function ownMtu({ files }: NetworkConfiguration, port: string, bridge: string): number {
  const own = Number(linkFilesOf(giveBack(files, bridge), port).at(0)?.settings.get("MTU"));
  return Number.isInteger(own) && own > 0 ? own : ETHERNET_MTU;
}
