/** NetworkManager with profiles as keyfiles (nm-settings-keyfile(5)), from 1.30. Pure. */
import { libraryText } from "../../../shell";
import type { PortGives } from "../by-hand";
import type { NetworkConfiguration } from "../network-files";
import type { NetworkSystem } from "../network-system";
import { isWritten } from "../routes";
import { type Section, parseSections, valueOf } from "../sections-file";
import { networkManagerFaults } from "./faults";
import { fixedAddresses, isLeased, routesOf, rulesOf } from "./profile";
import { holdsBridge, ownMtu, readBridge, sectionsOfPort, sourceOf, withBridge, withoutBridge } from "./take-over";

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
  owns: (path) => path.includes("/NetworkManager/"),
  unreadable: () => undefined,
  unfit: () => [],

  withBridge,
  withoutBridge,
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
  withoutSettings: (text) =>
    text
      .split("\n")
      .filter((line) => !SETTING.test(line))
      .join("\n"),
  aliasesOf: () => [],
  linkFunctions: libraryText(__dirname, "links.sh"),
};

const SETTING = /^(stp|forward-delay|hello-time|ageing-time|priority|mtu)=|^\[ethernet\]$|^\s*$/;

function givesOf(now: NetworkConfiguration, port: string, bridge: string): PortGives {
  const sections = sectionsOfPort(now, port, bridge);
  return {
    file: sourceOf(now, port, bridge) ?? "/etc/NetworkManager/system-connections",
    fixed: fixedAddresses(sections),
    isLeased: isLeased(sections),
    names: () => false,
    hasRoute: (route) => isWritten(route, routesOf(sections)),
    hasRule: (rule) => hasRule(rule, sections),
    routeForm: '"route1=…" of [ipv4]',
    ruleForm: '"routing-rule1=…" of [ipv4]',
  };
}

function hasRule(rule: string, sections: readonly Section[]): boolean {
  const [, kind = "", link = "", table = ""] = /(iif|oif) (\S+) lookup (\S+)/.exec(rule) ?? [];
  return rulesOf(sections).some((written) => {
    const words = written.split(" ");
    return words[words.indexOf(kind) + 1] === link && words[words.indexOf("table") + 1] === table;
  });
}
