/**
 * A bridge that lasts until the next boot: made by ip on the running host, whatever runs its network, and in none of its files. A boot brings
 * the old network back by itself. Pure.
 */
import { libraryText, lines, sh } from "../../../shell";
import type { PortGives } from "../by-hand";
import { type NetworkConfiguration, withoutLines } from "../network-files";
import type { NetworkSystem } from "../network-system";
import { runTimeFaults } from "./faults";
import { RECORDS, SETTING, addressesOf, portHad, readBridge, recordPath, withBridge, withoutBridge } from "./record";

/** Defines `run_time_down` and `run_time_up`, which do nothing where there is no record: beside another system's links_down and links_up. */
export const runTimeFunctions = libraryText(__dirname, "links.sh");

export const runTime: NetworkSystem = {
  name: "ip",
  fileMode: "0644",
  lastsUntilBoot: true,
  setsDelayWithoutStp: true,
  leavesOthersAlone: true,
  ask: libraryText(__dirname, "observe.sh"),
  // It runs no network by itself.
  isInCharge: () => false,
  owns: (path) => path.startsWith(`${RECORDS}/`),
  unreadable: () => undefined,
  unfit: () => [],

  withBridge,
  withoutBridge,
  holdsBridge: (files, name) => files.has(recordPath(name)),
  readBridge,
  faults: runTimeFaults,
  gives,
  addressesIn: (files, link) => ({ fixed: [...addressesOf(files, link)], isLeased: false }),
  ownMtu: (now, port, bridge) => portHad(now, port, bridge).mtu,
  inNormalForm: (text) => text.trimEnd(),
  withoutSettings: withoutLines(SETTING),
  aliasesOf: () => [],
  linkFunctions: lines([
    runTimeFunctions,
    sh`links_down() { rt_find_lost; run_time_down; }
links_up() { run_time_up; }`,
  ]),
};

/** All that the port has moves. */
function gives(now: NetworkConfiguration, port: string, bridge: string): PortGives {
  return {
    file: port,
    fixed: portHad(now, port, bridge).addresses,
    isLeased: false,
    names: () => true,
    hasRoute: () => true,
    hasRule: () => true,
    routeForm: "",
    ruleForm: "",
  };
}
