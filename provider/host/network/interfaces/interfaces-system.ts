/** What the network systems that read interfaces(5) have alike: all but who they are and how they take links down and up. Pure. */
import { when } from "../../when";
import { type NetworkFiles, withoutLines } from "../network-files";
import type { NetworkSystem } from "../network-system";
import { ownMtu, readBridge } from "./bridge-stanzas";
import type { Dialect } from "./dialect";
import { allStanzas, configuredAddresses, isAlias, isStarted, linkOf } from "./interfaces-file";
import { givesOf } from "./port-gives";
import { giveBack, holdsBridge, inNormalForm, takeOver } from "./take-over";
import { takeOverFaults } from "./take-over-faults";

type Own = Pick<NetworkSystem, "name" | "ask" | "isInCharge" | "unreadable" | "unfit" | "linkFunctions">;

export function interfacesSystem(dialect: Dialect, own: Own): NetworkSystem {
  return {
    ...own,
    fileMode: "0644",
    setsDelayWithoutStp: true,
    leavesOthersAlone: true,
    owns: (path) =>
      path.startsWith("/etc/network/") ||
      !/\/(systemd\/network|NetworkManager|sysconfig|pulumi-xen)\/|^\/sbin\//.test(path),
    withBridge: ({ files }, desired) => takeOver(dialect, giveBack(files, desired.name), desired),
    withoutBridge: giveBack,
    holdsBridge,
    readBridge: ({ files }, name) => readBridge(dialect, files, giveBack(files, name), name),
    faults: ({ files }, desired) => takeOverFaults(dialect, giveBack(files, desired.name), desired),
    gives: ({ files }, port, bridge) => givesOf(dialect, giveBack(files, bridge), port),
    addressesIn: (files, link) => configuredAddresses(dialect, files, link),
    ownMtu: ({ files }, port, bridge) => ownMtu(dialect, giveBack(files, bridge), port),
    inNormalForm,
    withoutSettings: withoutLines(dialect.settingLine),
    aliasesOf: (files, links) => (dialect.aliasesAreLinks ? aliasesOf(dialect, files, links) : []),
  };
}

function aliasesOf(dialect: Dialect, files: NetworkFiles, links: readonly string[]): string[] {
  const names = allStanzas(dialect, files).map((stanza) => stanza.interface);
  return [
    ...new Set(
      names.filter((name) => isAlias(name) && links.includes(linkOf(name)) && isStarted(dialect, files, name)),
    ),
  ];
}

/** `dns` is written as ifupdown's hook of resolvconf reads it, which all of them run. */
export function resolvconfFaults(facts: ReadonlyMap<string, string>, dns: readonly string[]): string[] {
  return when(
    dns.length > 0 && !facts.has("resolvconf"),
    "dns needs the package resolvconf, which is not installed. Install it, or leave dns out.",
  );
}

/** `said`: what the program said when it was asked for its files. */
export function unreadableFaults(name: string, said: string | undefined): string[] {
  return when(
    said !== undefined,
    `${name} cannot read its own files: ${(said ?? "").trim().split("\n").join("; ")}. Mend them first.`,
  );
}
