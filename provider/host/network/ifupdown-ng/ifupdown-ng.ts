/** ifupdown-ng (interfaces(5) and interfaces-bridge(5) of its package), as Alpine has it. Pure. */
import { libraryText, lines, sh } from "../../../shell";
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
  unfit: (facts, { dns = [] }) => [
    ...unreadableFaults("ifupdown-ng", facts.get("unreadable")),
    ...resolvconfFaults(facts, dns),
  ],
  linkFunctions: libraryText(__dirname, "links.sh"),
});
