import { ifcfg } from "../../../../provider/host/network/ifcfg/ifcfg";
import { ifupdown } from "../../../../provider/host/network/ifupdown/ifupdown";
import { ifupdown2 } from "../../../../provider/host/network/ifupdown2/ifupdown2";
import { ifupdownNg } from "../../../../provider/host/network/ifupdown-ng/ifupdown-ng";
import { networkManager } from "../../../../provider/host/network/network-manager/network-manager";
import { networkd } from "../../../../provider/host/network/networkd/networkd";
import { parseLinks } from "../../../../provider/host/network/links";
import { runTime } from "../../../../provider/host/network/run-time/run-time";
import { wicked } from "../../../../provider/host/network/wicked/wicked";
import { KNOWN_NETWORKS } from "../../../../provider/host/network/network-system";
import { NETWORK_SYSTEMS } from "../../../../provider/host/network/network-systems";
import type { NetworkConfiguration } from "../../../../provider/host/network/network-files";
import { desiredBridge } from "../../../support/desired-bridge";
import { networkSystemSuite } from "../../../suites/network-system";

const configuration = (
  files: Record<string, string>,
  more: Partial<NetworkConfiguration> = {},
): NetworkConfiguration => ({
  files: new Map(Object.entries(files)),
  sources: new Map(),
  clientIds: new Map(),
  ...more,
});

describe.each([ifupdown, ifupdown2, ifupdownNg])("$name", (system) => {
  const interfaces = (eth0: string): NetworkConfiguration =>
    configuration({
      "/etc/network/interfaces": `auto lo\niface lo inet loopback\n\nauto eth0\niface eth0 inet ${eth0}`,
      "/etc/network/interfaces.d/eth1": "iface eth1 inet manual\n",
    });
  networkSystemSuite({
    system,
    fixed: interfaces("static\n  address 198.51.100.2/24\n  gateway 198.51.100.1\n"),
    leased: interfaces("dhcp"),
  });
});

describe("ifupdown-ng in its own words", () => {
  const interfaces = (eth0: string): NetworkConfiguration =>
    configuration({
      "/etc/network/interfaces": `auto lo\niface lo\n  use loopback\n\nauto eth0\niface eth0\n  ${eth0}`,
    });
  networkSystemSuite({
    system: ifupdownNg,
    fixed: interfaces("address 198.51.100.2/24\n  gateway 198.51.100.1\n"),
    leased: interfaces("use dhcp"),
  });
});

describe("ifcfg", () => {
  const FOLDER = "/etc/sysconfig/network-scripts";
  const scripts = (eth0: string): NetworkConfiguration =>
    configuration({
      "/etc/sysconfig/network": "NETWORKING=yes\nHOSTNAME=host\n",
      [`${FOLDER}/ifcfg-lo`]: "DEVICE=lo\nIPADDR=127.0.0.1\nNETMASK=255.0.0.0\n",
      [`${FOLDER}/ifcfg-eth0`]: `DEVICE="eth0"\n# the office\nHWADDR="52:54:00:00:00:01"\nNM_CONTROLLED="yes"\nMTU=1400\n${eth0}\nDNS1=198.51.100.53\nONBOOT="yes"`,
      [`${FOLDER}/route-eth0`]: "203.0.113.0/24 via 198.51.100.1 dev eth0\n",
    });
  networkSystemSuite({
    system: ifcfg,
    makesNoBonds: true,
    fixed: scripts("BOOTPROTO=static\nIPADDR=198.51.100.2\nNETMASK=255.255.255.0\nGATEWAY=198.51.100.1"),
    leased: scripts('BOOTPROTO="dhcp"'),
    filtersNone: true,
  });

  test("refuses a bridge that filters VLANs, with the way that it has", () => {
    const facts = new Map([
      ["network", "enabled"],
      ["brctl", "yes"],
      ["arping", "yes"],
      ["card.eth0", "yes"],
    ]);
    expect(ifcfg.unfit(facts, desiredBridge({ trunkVlans: ["2-4094"] }))).toEqual([
      expect.stringMatching(
        /make no bridge that filters VLANs\. Remove vlanFiltering and declare a Bridge for each VLAN/,
      ),
    ]);
    expect(ifcfg.unfit(facts, desiredBridge())).toEqual([]);
  });
});

describe("wicked", () => {
  const FOLDER = "/etc/sysconfig/network";
  const sysconfig = (eth0: string): NetworkConfiguration =>
    configuration({
      [`${FOLDER}/ifcfg-lo`]: "IPADDR='127.0.0.1/8'\nSTARTMODE='auto'\n",
      [`${FOLDER}/ifcfg-eth0`]: `STARTMODE='auto'\n# the office\nNAME='Ethernet'\nMTU='1400'\n${eth0}\nZONE=public`,
      [`${FOLDER}/ifroute-eth0`]: "203.0.113.0/24 198.51.100.1 - eth0\n",
      [`${FOLDER}/ifrule-eth0`]: "iif eth0 table 100\n",
      [`${FOLDER}/routes`]: "default 198.51.100.1 - -\n10.0.0.0 198.51.100.9 255.0.0.0 eth0\n",
    });
  networkSystemSuite({
    system: wicked,
    fixed: sysconfig("BOOTPROTO='static'\nIPADDR='198.51.100.2'\nNETMASK='255.255.255.0'"),
    leased: sysconfig('BOOTPROTO="dhcp"'),
    makesNoBonds: true,
    filtersNone: true,
  });
});

describe("NetworkManager", () => {
  const FILE = "/etc/NetworkManager/system-connections/office.nmconnection";
  const profile = (ipv4: string): NetworkConfiguration =>
    configuration(
      {
        [FILE]: `[connection]\nid=office\nuuid=1e0f0d6c-1111-4222-8333-444455556666\ntype=ethernet\ninterface-name=eth0\n\n[ethernet]\n\n[ipv4]\n${ipv4}\n\n[ipv6]\nmethod=link-local\n`,
        "/etc/NetworkManager/system-connections/spare.nmconnection":
          "[connection]\nid=spare\ntype=ethernet\ninterface-name=eth7\n",
      },
      { sources: new Map([["eth0", FILE]]) },
    );
  networkSystemSuite({
    system: networkManager,
    fixed: profile("method=manual\naddress1=198.51.100.2/24,198.51.100.1"),
    leased: profile("method=auto"),
  });
});

describe("systemd-networkd", () => {
  const FILE = "/etc/systemd/network/10-eth0.network";
  const network = (lines: string): NetworkConfiguration =>
    configuration(
      {
        [FILE]: `[Match]\nName=eth0\n\n[Network]\n${lines}\n`,
        "/usr/lib/systemd/network/80-wifi-adhoc.network": "[Match]\nType=wlan\n",
      },
      { sources: new Map([["eth0", FILE]]), clientIds: new Map([["eth0", "ff5f0a1b2c00020000ab11"]]) },
    );
  networkSystemSuite({
    system: networkd,
    fixed: network("Address=198.51.100.2/24\nGateway=198.51.100.1"),
    leased: network("DHCP=yes"),
  });
});

describe("until the next boot", () => {
  const links = parseLinks(
    JSON.stringify([{ ifname: "eth0" }, { ifname: "eth1" }]),
    JSON.stringify([
      { ifname: "eth0", addr_info: [{ local: "198.51.100.2", prefixlen: 24, scope: "global", family: "inet" }] },
    ]),
  );
  networkSystemSuite({
    system: runTime,
    filtersNone: true,
    fixed: configuration({}, { links }),
    canHave: ({ addresses, dns = [], vlans = [], bonds = [] }) =>
      addresses !== "dhcp" && dns.length === 0 && vlans.length === 0 && bonds.length === 0,
  });
});

test("every network system that brings a network up at a boot is named where a host has none of them", () => {
  const names = NETWORK_SYSTEMS.filter(({ lastsUntilBoot }) => lastsUntilBoot !== true).map(({ name }) =>
    name === "ifcfg" ? "Red Hat's network scripts" : name,
  );
  expect(KNOWN_NETWORKS.split(/, | and /).sort()).toEqual(names.sort());
});
