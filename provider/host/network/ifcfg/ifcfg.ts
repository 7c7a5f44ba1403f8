/** Red Hat's ifcfg files with the `network` service of initscripts (EL 6; sysconfig.txt of 9.03). Pure. */
import { when } from "../../when";
import { libraryText, lines, sh } from "../../../shell";
import { withoutLines } from "../network-files";
import { type DesiredBridge, vlanOf } from "../desired-bridge";
import type { NetworkSystem, SystemFacts } from "../network-system";
import { readBridgeFile } from "./bridge-file";
import { HOOKS, ifcfgFaults } from "./faults";
import { configuredAddresses, givesOf } from "./port-gives";
import { normalText, recordOf } from "../sysconfig/record";
import { FOLDER } from "./places";
import { giveBack, holdsBridge, ownMtu, withBridge } from "./take-over";

const SETTING = /^(STP|DELAY|BRIDGING_OPTS|MTU)=/;
const OWN_PLACE = /^\/(etc\/sysconfig\/(network$|network-scripts\/|static-routes)|sbin\/if(up|down)-)/;

export const ifcfg: NetworkSystem = {
  name: "ifcfg",
  fileMode: "0644",
  // It sets what it is told, but is told of a delay of 0 by its absence.
  setsDelayWithoutStp: false,
  leavesOthersAlone: true,
  ask: lines([sh`hooks=${HOOKS.join(" ")}`, libraryText(__dirname, "observe.sh")]),
  isInCharge: (facts) => facts.has("there"),
  owns: (path) => OWN_PLACE.test(path),
  unreadable: () => undefined,
  unfit,

  withBridge,
  withoutBridge: giveBack,
  holdsBridge,
  readBridge({ files }, name) {
    const record = recordOf(files, FOLDER, name);
    return record === undefined ? undefined : readBridgeFile(files, name, record);
  },
  faults: ifcfgFaults,
  gives: ({ files }, port, bridge) => givesOf(giveBack(files, bridge), port),
  addressesIn: configuredAddresses,
  ownMtu,
  inNormalForm: (text) => normalText(text, /^((?:IPV6ADDR|IPV6_DEFAULTGW|DNS\d+)=)(.*)()$/),
  withoutSettings: withoutLines(SETTING),
  // ifup brings them up with the link itself.
  aliasesOf: () => [],
  linkFunctions: libraryText(__dirname, "links.sh"),
};

/**
 * NetworkManager is no part of it: on EL 6 ifup hands a link over to it where it runs and the link's file lets it. The recipe switches it off;
 * but it may have other links of the host in its hands, so that is the operator's to do, and is refused until then.
 */
function unfit(facts: SystemFacts, desired: DesiredBridge): string[] {
  const { name, addresses, bonds = [] } = desired;
  // What is made says NM_CONTROLLED=no, and there was nothing before.
  const ports = desired.ports.filter((port) => vlanOf(desired, port) === undefined);
  const managed = ports.filter((port) => facts.has(`manages.${port}`));
  const unnamed = ports.filter((port) => !facts.has(`card.${port}`));
  const secret = ports.filter((port) => facts.has(`secret.${port}`));
  const lacks = ports.filter((port) => facts.has(`client.${port}`) && !facts.has(`client.${name}`));
  return [
    ...when(
      bonds.length > 0,
      `With Red Hat's network scripts ${bonds.map(({ bond }) => bond).join(", ")} is not made for a bridge. Make the bond by hand (ifcfg-bond0, and MASTER in the files of its cards) and name it in ports as text.`,
    ),
    ...when(
      desired.trunkVlans !== undefined,
      'Red Hat\'s network scripts make no bridge that filters VLANs. Remove vlanFiltering and declare a Bridge for each VLAN, with ports such as [{ on: "eth0", vlan: 20 }].',
    ),
    ...when(
      facts.get("network") !== "enabled",
      "Its service network does not start at boot, so a bridge would not come up there. Run: chkconfig network on.",
    ),
    ...when(
      !facts.has("brctl"),
      "bridge-utils, by which the network scripts make bridges, is not installed. Install it.",
    ),
    ...when(
      typeof addresses === "object" || addresses === "inherit" ? !facts.has("arping") : false,
      "arping is missing, without which the network scripts take every address for another host's. Install iputils.",
    ),
    ...when(
      facts.has("untold"),
      "NetworkManager runs on it and does not tell which links it manages (nmcli). Run: chkconfig NetworkManager off; service NetworkManager stop; service network restart.",
    ),
    ...when(
      managed.length > 0,
      `NetworkManager manages ${managed.join(", ")}, and a bridge needs the service network. Run: chkconfig NetworkManager off; service NetworkManager stop; service network restart.`,
    ),
    ...when(
      managed.length === 0 && facts.has("network-manager") && unnamed.length > 0,
      `NetworkManager starts on it, and keeps its hands off a link only by its address. Write HWADDR into the ifcfg file of ${unnamed.join(", ")}, or run: chkconfig NetworkManager off.`,
    ),
    ...when(
      secret.length > 0,
      `The ifcfg file of ${secret.join(", ")} holds a password, as for a wireless network, which cannot be a port. Choose another port, or take it out.`,
    ),
    ...when(
      lacks.length > 0,
      `dhclient has settings of its own for ${lacks.join(", ")} (${lacks.map((port) => facts.get(`client.${port}`)).join(", ")}), which ${name} would not have. Copy them to a file with ${name} in its name.`,
    ),
  ];
}
