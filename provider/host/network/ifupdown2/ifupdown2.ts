/** ifupdown2 (interfaces(5) and ifupdown-addons-interfaces(5) of its package), as Proxmox and Cumulus have it. Pure. */
import { libraryText, lines, sh } from "../../../shell";
import { interfacesSystem, resolvconfFaults, unreadableFaults } from "../interfaces/interfaces-system";
import { MAIN_FILE } from "../interfaces/take-over";
import { whoseIfup } from "../interfaces/whose-ifup";
import type { NetworkSystem } from "../network-system";
import { ifupdown2Dialect } from "./dialect";

export const ifupdown2: NetworkSystem = interfacesSystem(ifupdown2Dialect, {
  name: "ifupdown2",
  ask: lines([whoseIfup, sh`main_file=${MAIN_FILE}`, libraryText(__dirname, "observe.sh")]),
  isInCharge: (facts) => facts.has("there"),
  unreadable: (facts) => facts.get("unreadable"),
  unfit: (facts, { dns = [] }) => [
    ...unreadableFaults("ifupdown2", facts.get("unreadable")),
    ...resolvconfFaults(facts, dns),
  ],
  linkFunctions: libraryText(__dirname, "links.sh"),
});
