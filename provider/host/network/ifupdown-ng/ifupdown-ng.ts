/** ifupdown-ng (interfaces(5) and interfaces-bridge(5) of its package), as Alpine has it. Pure. */
import { libraryText, lines, sh } from "../../../shell";
import { when } from "../../when";
import { interfacesSystem, resolvconfFaults, unreadableFaults } from "../interfaces/interfaces-system";
import { MAIN_FILE } from "../interfaces/take-over";
import { whoseIfup } from "../interfaces/whose-ifup";
import type { NetworkSystem } from "../network-system";
import { ifupdownNgDialect } from "./dialect";

export const ifupdownNg: NetworkSystem = interfacesSystem(ifupdownNgDialect, {
  name: "ifupdown-ng",
  ask: lines([whoseIfup, sh`main_file=${MAIN_FILE}`, libraryText(__dirname, "observe.sh")]),
  isInCharge: (facts) => facts.has("there"),
  unreadable: (facts) => facts.get("unreadable"),
  unfit: (facts, { dns = [], bonds = [] }) => [
    ...unreadableFaults("ifupdown-ng", facts.get("unreadable")),
    ...when(
      bonds.length > 0 && !facts.has("bond"),
      "Its ifupdown-ng leaves bonds to programs of others (Alpine's package bonding), which are not supported. Make the bond by hand and name it in ports as text.",
    ),
    ...when(
      bonds.some(({ bond }) => bond === "bond0") && facts.has("bond") && !facts.has("no-bond0"),
      'Its kernel makes a bond0 of its own when bonding is loaded, over which ifupdown-ng makes none. Write "options bonding max_bonds=0" into /etc/modprobe.d/bonding.conf, or choose another name.',
    ),
    ...resolvconfFaults(facts, dns),
  ],
  linkFunctions: libraryText(__dirname, "links.sh"),
});
