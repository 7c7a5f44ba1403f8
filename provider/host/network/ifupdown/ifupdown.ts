/** Debian's ifupdown with bridge-utils (interfaces(5), bridge-utils-interfaces(5)). Pure. */
import { libraryText, lines, sh } from "../../../shell";
import { type NetworkFiles, withoutLines } from "../network-files";
import type { NetworkSystem } from "../network-system";
import { ownMtu, readBridge } from "./bridge-stanzas";
import { allStanzas, configuredAddresses, isAlias, linkOf } from "./interfaces-file";
import { givesOf } from "./port-gives";
import { MAIN_FILE, giveBack, holdsBridge, inNormalForm, takeOver } from "./take-over";
import { takeOverFaults } from "./take-over-faults";

const SETTING = /^\s*(bridge_(stp|fd|hello|ageing|bridgeprio)\s|post-(up|down) ip link set dev \S+ mtu )/;

export const ifupdown: NetworkSystem = {
  name: "ifupdown",
  fileMode: "0644",
  setsDelayWithoutStp: true,
  leavesOthersAlone: true,
  ask: lines([sh`main_file=${MAIN_FILE}`, libraryText(__dirname, "observe.sh")]),
  isInCharge: (facts) => facts.has("there"),
  owns: (path) =>
    path.startsWith("/etc/network/") || !/\/(systemd\/network|NetworkManager|sysconfig)\/|^\/sbin\//.test(path),
  unreadable: (facts) => {
    const variant = facts.get("variant");
    return (
      facts.get("unreadable") ?? (variant === undefined ? undefined : `its ifup is "${variant}", not Debian's own`)
    );
  },
  unfit(facts, { dns = [] }) {
    const variant = facts.get("variant");
    const unreadable = facts.get("unreadable");
    return [
      ...when(
        variant !== undefined,
        `Its ifup is "${variant ?? ""}"; only Debian's own ifupdown is supported. Install the package ifupdown.`,
      ),
      ...when(
        unreadable !== undefined,
        `ifupdown cannot read its own files: ${(unreadable ?? "").trim().split("\n").join("; ")}. Mend them first.`,
      ),
      ...when(
        !facts.has("there") && variant === undefined,
        "None of ifupdown (ifup, ifquery), systemd-networkd, NetworkManager and Red Hat's network scripts runs its network, and no other network system is supported. Install ifupdown.",
      ),
      ...when(
        !facts.has("bridge-utils"),
        "bridge-utils, whose hooks make ifupdown's bridges, is not installed. Install it (a XenHost does).",
      ),
      ...when(
        dns.length > 0 && !facts.has("resolvconf"),
        "dns needs the package resolvconf, which is not installed. Install it, or leave dns out.",
      ),
    ];
  },

  withBridge: ({ files }, desired) => takeOver(giveBack(files, desired.name), desired),
  withoutBridge: giveBack,
  holdsBridge,
  readBridge: ({ files }, name) => readBridge(files, giveBack(files, name), name),
  faults: ({ files }, desired) => takeOverFaults(giveBack(files, desired.name), desired),
  gives: ({ files }, port, bridge) => givesOf(giveBack(files, bridge), port),
  addressesIn: configuredAddresses,
  ownMtu: ({ files }, port, bridge) => ownMtu(giveBack(files, bridge), port),
  inNormalForm,
  withoutSettings: withoutLines(SETTING),
  aliasesOf,
  linkFunctions: libraryText(__dirname, "links.sh"),
};

function aliasesOf(files: NetworkFiles, links: readonly string[]): string[] {
  const names = allStanzas(files).map((stanza) => stanza.interface);
  return [...new Set(names.filter((name) => isAlias(name) && links.includes(linkOf(name))))];
}

function when(condition: boolean, sentence: string): string[] {
  return condition ? [sentence] : [];
}
