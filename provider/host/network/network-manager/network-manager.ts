/** NetworkManager with profiles as keyfiles (nm-settings-keyfile(5)), from 1.30. Pure. */
import { libraryText } from "../../../shell";
import { linksBelow } from "../bonds";
import type { PortGives } from "../by-hand";
import { type NetworkConfiguration, withoutLines } from "../network-files";
import type { NetworkSystem } from "../network-system";
import { type Rule, isWritten } from "../routes";
import { type Section, parseSections, valueOf } from "../sections-file";
import { networkManagerFaults } from "./faults";
import { fixedAddresses, isLeased, routesOf, rulesOf } from "./profile";
import { OWN, holdsBridge, ownMtu, readBridge, sectionsOfPort, withBridge } from "./take-over";

const SETTING =
  /^(stp|forward-delay|hello-time|max-age|ageing-time|priority|mtu|vlans)=|^\[(ethernet|bridge-port)\]$|^\s*$/;

export const networkManager: NetworkSystem = {
  name: "NetworkManager",
  // It passes over profiles that others may read: there may be passwords in them.
  fileMode: "0600",
  // Seen with 1.42.
  setsDelayWithoutStp: false,
  // A link that appears it takes at once (seen with 1.42 on Debian).
  leavesOthersAlone: false,
  ask: libraryText(__dirname, "observe.sh"),
  isInCharge: (facts) => facts.has("manages"),
  // Of a link that others have made or set up it says so, and leaves it alone (seen with 1.42).
  keeps: (_now, facts, link) => {
    const state = facts.get(`device.${link}`);
    return facts.has(`ifcfg.${link}`) || (state !== undefined && !/^unmanaged$|externally/.test(state));
  },
  owns: (path) => path.includes("/NetworkManager/"),
  unreadable: () => undefined,
  unfit: (facts, desired) =>
    linksBelow(desired)
      .filter((port) => facts.has(`ifcfg.${port}`))
      .map(
        (port) =>
          `NetworkManager has the settings of ${port} from ${facts.get(`ifcfg.${port}`) ?? ""}, and only its own keyfiles are supported. Run: nmcli connection migrate (from 1.36), or write NM_CONTROLLED=no there and run the service network.`,
      ),

  withBridge,
  withoutBridge: OWN.without,
  holdsBridge,
  readBridge,
  faults: networkManagerFaults,
  gives: givesOf,
  addressesIn(files, link) {
    const sections = [...files.values()]
      .map((text) => parseSections(text))
      .filter((profile) => valueOf(profile, "connection", "interface-name") === link)
      .flat();
    return { fixed: fixedAddresses(sections), isLeased: isLeased(sections) };
  },
  ownMtu,
  inNormalForm: (text) =>
    text
      .split("\n")
      .map((line) => line.trimEnd())
      .join("\n")
      .trimEnd(),
  withoutSettings: withoutLines(SETTING),
  aliasesOf: () => [],
  linkFunctions: libraryText(__dirname, "links.sh"),
};

function givesOf(now: NetworkConfiguration, port: string, bridge: string): PortGives {
  const sections = sectionsOfPort(now, port, bridge);
  return {
    file: OWN.sourceOf(now, port, bridge) ?? "/etc/NetworkManager/system-connections",
    fixed: fixedAddresses(sections),
    isLeased: isLeased(sections),
    names: () => false,
    hasRoute: (route) => isWritten(route, routesOf(sections)),
    hasRule: (rule) => hasRule(rule, sections),
    routeForm: '"route1=…" of [ipv4]',
    ruleForm: '"routing-rule1=…" of [ipv4]',
  };
}

function hasRule({ direction, link, table }: Rule, sections: readonly Section[]): boolean {
  return rulesOf(sections).some((written) => {
    const words = written.split(" ");
    return words[words.indexOf(direction ?? "") + 1] === link && words[words.indexOf("table") + 1] === table;
  });
}
