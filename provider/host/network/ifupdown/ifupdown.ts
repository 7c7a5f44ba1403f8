/** Debian's ifupdown with bridge-utils (interfaces(5), bridge-utils-interfaces(5)). Pure. */
import { libraryText, lines, sh } from "../../../shell";
import { when } from "../../when";
import { interfacesSystem, resolvconfFaults, unreadableFaults } from "../interfaces/interfaces-system";
import { MAIN_FILE } from "../interfaces/take-over";
import { whoseIfup } from "../interfaces/whose-ifup";
import { KNOWN_NETWORKS, type NetworkSystem } from "../network-system";
import { ifupdownDialect } from "./dialect";

/** What can be done where nobody knows the host's files. */
const UNTIL_BOOT = "set persistent: false, for a bridge in no file, which lasts until the next boot";

export const ifupdown: NetworkSystem = interfacesSystem(ifupdownDialect, {
  name: "ifupdown",
  ask: lines([whoseIfup, sh`main_file=${MAIN_FILE}`, libraryText(__dirname, "observe.sh")]),
  isInCharge: (facts) => facts.has("there"),
  unreadable: (facts) => {
    const variant = facts.get("variant");
    return facts.get("unreadable") ?? (variant === undefined ? undefined : `its ifup is "${variant}"`);
  },
  unfit(facts, { dns = [], bonds = [] }) {
    const variant = facts.get("variant");
    return [
      ...when(
        variant !== undefined,
        `Its ifup is "${variant ?? ""}"; only ifupdown, ifupdown2 and ifupdown-ng are supported. Install one of these packages, or ${UNTIL_BOOT}.`,
      ),
      ...unreadableFaults("ifupdown", facts.get("unreadable")),
      ...when(
        !facts.has("there") && variant === undefined,
        `None of ${KNOWN_NETWORKS} runs its network, and no other network system is supported. Install ifupdown (ifup, ifquery), or ${UNTIL_BOOT}.`,
      ),
      ...when(
        !facts.has("bridge-utils"),
        "bridge-utils, whose hooks make ifupdown's bridges, is not installed. Install it (a XenHost does).",
      ),
      ...when(
        bonds.length > 0 && !facts.has("ifenslave"),
        'ifenslave, whose hooks make ifupdown\'s bonds, is not installed. Install it, such as by packages: ["ifenslave"] of the XenHost.',
      ),
      ...resolvconfFaults(facts, dns),
    ];
  },
  linkFunctions: libraryText(__dirname, "links.sh"),
});
