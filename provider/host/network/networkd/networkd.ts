/** systemd-networkd (systemd.network(5), systemd.netdev(5)), from systemd 247. Pure. */
import { libraryText } from "../../../shell";
import type { PortGives } from "../by-hand";
import { type NetworkConfiguration, withoutLines } from "../network-files";
import type { NetworkSystem } from "../network-system";
import { type Rule, isWritten } from "../routes";
import { networkdFaults } from "./faults";
import { filesFor, fixedAddresses, isLeased, routesOf, sectionsOf } from "./network-file";
import {
  OWN,
  holdsBridge,
  inNormalForm,
  ownMtu,
  readBridge,
  sectionsOfPort,
  withBridge,
  withoutBridge,
} from "./take-over";
import { isForBridge } from "./guest-links";
import { isDropIn } from "./vlans";
import { type Section, valueOf } from "../sections-file";

const SETTING =
  /^(STP|ForwardDelaySec|HelloTimeSec|MaxAgeSec|AgeingTimeSec|Priority|MTUBytes)=|^VLAN=\d|^\[Link\]$|^\s*$/;

export const networkd: NetworkSystem = {
  name: "systemd-networkd",
  fileMode: "0644",
  // By reading, not measured: networkd sets a card up again whose files have changed, and its lease goes for that moment.
  isForNextStart: isDropIn,
  setsDelayWithoutStp: true,
  leavesOthersAlone: true,
  ask: libraryText(__dirname, "observe.sh"),
  isInCharge: (facts) => facts.has("manages"),
  // Of a link that is there it has noted its file; one that is to come it will look at.
  keeps: ({ files, sources, links = [] }, _facts, link) =>
    links.some(({ name }) => name === link)
      ? sources.get(link)?.includes("/systemd/network/") === true
      : isForBridge(files, link),
  owns: (path) => path.includes("/systemd/network/"),
  unreadable: () => undefined,
  unfit: (facts, { dns = [] }) =>
    dns.length > 0 && !facts.has("resolved")
      ? ["dns needs systemd-resolved, which does not run. Enable it, or leave dns out."]
      : [],

  withBridge,
  withoutBridge,
  holdsBridge,
  readBridge,
  faults: networkdFaults,
  gives: givesOf,
  addressesIn(files, link) {
    const sections = filesFor(files, link).flatMap((path) => sectionsOf(files, path));
    return { fixed: fixedAddresses(sections), isLeased: isLeased(sections) };
  },
  ownMtu,
  inNormalForm,
  withoutSettings: withoutLines(SETTING),
  aliasesOf: () => [],
  linkFunctions: libraryText(__dirname, "links.sh"),
};

function givesOf(now: NetworkConfiguration, port: string, bridge: string): PortGives {
  const sections = sectionsOfPort(now, port, bridge);
  return {
    file: OWN.sourceOf(now, port, bridge) ?? "/etc/systemd/network",
    fixed: fixedAddresses(sections),
    isLeased: isLeased(sections),
    names: () => false,
    hasRoute: (route) => isWritten(route, routesOf(sections)),
    hasRule: (rule) => hasRule(rule, sections),
    routeForm: "a section [Route]",
    ruleForm: "a section [RoutingPolicyRule]",
  };
}

function hasRule({ direction, link, table }: Rule, sections: readonly Section[]): boolean {
  const key = direction === "iif" ? "IncomingInterface" : "OutgoingInterface";
  return sections
    .filter(({ name }) => name === "RoutingPolicyRule")
    .some(
      (section) =>
        valueOf([section], section.name, key) === link &&
        (valueOf([section], section.name, "Table") ?? "main") === table,
    );
}
