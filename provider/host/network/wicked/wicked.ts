/** SUSE's wicked with ifcfg files (0.6; ifcfg(5), ifcfg-bridge(5), compat-suse.c of 0.6.80). Pure. */
import { when } from "../../when";
import { libraryText } from "../../../shell";
import { type DesiredBridge, vlanOf } from "../desired-bridge";
import { withoutLines } from "../network-files";
import type { NetworkSystem, SystemFacts } from "../network-system";
import { normalText, recordOf } from "../sysconfig/record";
import { readBridgeFile } from "./bridge-file";
import { wickedFaults } from "./faults";
import { FOLDER, linkPath } from "./places";
import { configuredAddresses, givesOf } from "./port-gives";
import { giveBack, holdsBridge, ownMtu, withBridge } from "./take-over";

const SETTING = /^(BRIDGE_(STP|FORWARDDELAY|HELLOTIME|MAXAGE|AGEINGTIME|PRIORITY)|MTU)=/;

export const wicked: NetworkSystem = {
  name: "wicked",
  fileMode: "0644",
  setsDelayWithoutStp: true,
  // It leaves links alone that no file of its own is for.
  leavesOthersAlone: true,
  ask: libraryText(__dirname, "observe.sh"),
  isInCharge: (facts) => facts.has("runs"),
  owns: (path) => path.startsWith(FOLDER),
  unreadable: () => undefined,
  unfit,

  withBridge,
  withoutBridge: giveBack,
  holdsBridge,
  readBridge({ files }, name) {
    const record = recordOf(files, FOLDER, name);
    return record === undefined ? undefined : readBridgeFile(files, name, record);
  },
  faults: wickedFaults,
  gives: ({ files }, port, bridge) => givesOf(giveBack(files, bridge), port),
  addressesIn: configuredAddresses,
  ownMtu,
  inNormalForm: (text) => normalText(text, /^(IPADDR\w*=')([^']*)(')$/),
  withoutSettings: withoutLines(SETTING),
  // Labels go with their addresses.
  aliasesOf: () => [],
  linkFunctions: libraryText(__dirname, "links.sh"),
};

function unfit(facts: SystemFacts, desired: DesiredBridge): string[] {
  const { name, bonds = [] } = desired;
  // What is made was not there before.
  const ports = desired.ports.filter((port) => vlanOf(desired, port) === undefined);
  const others = ports.filter((port) => facts.has(`origin.${port}`));
  const unread = ports.filter((port) => facts.has(`unread.${port}`));
  const secret = ports.filter((port) => facts.has(`secret.${port}`));
  const zoned = ports.filter((port) => facts.has(`zone.${port}`) && !facts.has(`zone.${name}`));
  return [
    ...when(
      bonds.length > 0,
      `With wicked ${bonds.map(({ bond }) => bond).join(", ")} is not made for a bridge. Make the bond by hand (BONDING_MASTER and BONDING_SLAVE_0 in ${FOLDER}ifcfg-bond0) and name it in ports as text.`,
    ),
    ...when(
      desired.trunkVlans !== undefined,
      'With wicked no bridge that filters VLANs is made. Remove vlanFiltering and declare a Bridge for each VLAN, with ports such as [{ on: "eth0", vlan: 20 }].',
    ),
    ...when(
      !facts.has("boots"),
      "wicked does not start at boot, so a bridge would not come up there. Run: systemctl enable wicked.",
    ),
    ...others.map(
      (port) =>
        `wicked has the settings of ${port} from ${facts.get(`origin.${port}`) ?? ""}, and only ${linkPath(port)} is supported. Write them there.`,
    ),
    ...when(
      unread.length > 0,
      `wicked does not understand ${unread.map(linkPath).join(", ")} ("wicked show-config ${unread.join(" ")}" says why). Correct it there.`,
    ),
    ...when(
      secret.length > 0,
      `The ifcfg file of ${secret.join(", ")} holds a password, as for a wireless network, which cannot be a port. Choose another port, or take it out.`,
    ),
    ...zoned.map(
      (port) =>
        `${facts.get(`zone.${port}`) ?? ""} puts ${port} into a zone of firewalld, in which ${name} would not be. Run: firewall-cmd --permanent --zone=… --add-interface=${name}.`,
    ),
  ];
}
