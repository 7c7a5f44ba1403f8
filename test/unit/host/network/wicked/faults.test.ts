/** What keeps a port out of a bridge with wicked, each by itself: one sentence with its remedy, before anything is touched. */
import { wicked } from "../../../../../provider/host/network/wicked/wicked";
import { desiredBridge } from "../../../../support/desired-bridge";

const FOLDER = "/etc/sysconfig/network/";
const ETH0 = "STARTMODE='auto'\nBOOTPROTO='static'\nIPADDR='198.51.100.2/24'\n";

const faults = (files: Record<string, string>, change: Parameters<typeof desiredBridge>[0] = {}): string[] => {
  const all = Object.entries({ "ifcfg-eth0": ETH0, ...files });
  const paths = all.map(([name, text]): [string, string] => [`${FOLDER}${name}`, text]);
  return wicked.faults({ files: new Map(paths), sources: new Map(), clientIds: new Map() }, desiredBridge(change));
};
const withLine = (line: string): string[] => faults({ "ifcfg-eth0": `${ETH0}${line}\n` });

test("a plain port has none, nor has one with settings of the card, or as YaST leaves them", () => {
  expect(faults({})).toEqual([]);
  expect(
    withLine(
      "NAME='Ethernet'\nMTU='9000'\nETHTOOL_OPTIONS='-K iface tso off'\nUSERCONTROL='no'\nREMOTE_IPADDR=''\nPOST_UP_SCRIPT=''\nBRIDGE='no'",
    ),
  ).toEqual([]);
  expect(
    faults(
      { "ifcfg-bond0": "STARTMODE=auto\nBONDING_MASTER=yes\nBONDING_SLAVE_0=eth5\nIPADDR=198.51.100.3/24\n" },
      {
        ports: ["bond0"],
      },
    ),
  ).toEqual([]);
});

test.each([
  ["BRIDGE='yes'", "by BRIDGE it is a bridge itself"],
  ["WIRELESS_ESSID=office", "it is wireless"],
  ["POST_UP_SCRIPT='suse:routes'", "POST_UP_SCRIPT runs a program of its own for it"],
  ["BOOTPROTO='dhcp+autoip'", "its BOOTPROTO is dhcp+autoip"],
  ["STARTMODE=nfsroot", "its STARTMODE is nfsroot, so that it never goes down"],
  ["LINK_REQUIRED=no", "LINK_REQUIRED is neither known as an address's nor as the card's"],
  ['IPADDR_1="$OTHER"', '"IPADDR_1="$OTHER"" is shell, not a setting that wicked reads'],
  ["export MTU=1400", '"export MTU=1400" is shell, not a setting that wicked reads'],
])("a port with %s is refused with its reason", (line, why) => {
  expect(withLine(line)).toEqual([
    `eth0 cannot become a port of br0: ${why}. Change that in ${FOLDER}ifcfg-eth0, or make the bridge by hand and declare it with adopt: true.`,
  ]);
});

test("a value that may be a password is not shown", () => {
  expect(withLine("SOMEBODYS_SECRET=hunter2").join()).not.toContain("hunter2");
});

test.each([
  ["ifcfg-br0", "BRIDGE=yes\n"],
  ["ifroute-br0", "10.0.0.0/8 198.51.100.1\n"],
  ["ifrule-br0", "from 10.0.0.0/8 table 7\n"],
])("somebody's %s for the bridge is refused", (name, text) => {
  expect(faults({ [name]: text })).toEqual([
    `${FOLDER}${name} configures br0 already. Choose another name, or remove it.`,
  ]);
});

test.each([
  ["ifcfg-eth0.20", "STARTMODE=auto\nETHERDEVICE=eth0\n", /puts eth0\.20 on eth0, which gets no packets in a bridge/],
  [
    "ifcfg-br7",
    "STARTMODE=auto\nBRIDGE=yes\nBRIDGE_PORTS='eth5 eth0'\n",
    /makes eth0 a part of br7 already\. Take it out/,
  ],
  ["ifcfg-bond0", "STARTMODE=manual\nBONDING_SLAVE_1='eth0'\n", /makes eth0 a part of bond0 already/],
  ["ifsysctl", "net.ipv4.conf.eth0.rp_filter=2\n", /ifsysctl does something for eth0, which br0 would not get/],
  ["ifsysctl-eth0", "net.ipv4.conf.$INTERFACE.rp_filter=2\n", /ifsysctl-eth0 does something for eth0/],
  ["if-up.d/nat", "iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE\n", /if-up\.d\/nat does something for eth0/],
  ["ifroute-eth0", "default - - - nexthop via 198.51.100.1 weight 2 via eth0\n", /cannot be moved to br0/],
  ["routes", "10.0.0.0/8 198.51.100.1 \\\n- eth0\n", /routes cannot be moved to br0/],
])("%s that is about the port is refused where it does not move", (name, text, why) => {
  expect(faults({ [name]: text })).toContainEqual(expect.stringMatching(why));
});

test("files that wicked passes over, and those of links that do not come up, stand in nobody's way", () => {
  expect(
    faults({
      "ifcfg-br0.bak": "BRIDGE=yes\n",
      "ifsysctl~": "net.ipv4.conf.eth0.rp_filter=2\n",
      "ifcfg-eth0.7": "STARTMODE=off\nETHERDEVICE=eth0\n",
    }),
  ).toEqual([]);
});

test("name servers are refused, with the place where they are the host's", () => {
  expect(faults({}, { dns: ["198.51.100.53"] })).toEqual([expect.stringMatching(/NETCONFIG_DNS_STATIC_SERVERS/)]);
});

test("a gateway that no address reaches is refused", () => {
  const addresses = { cidr: ["203.0.113.7/24"], gateway: "198.51.100.1" };
  expect(faults({}, { addresses })).toEqual([expect.stringMatching(/gateway 198\.51\.100\.1 is in the network of no/)]);
  expect(faults({}, { addresses: { ...addresses, gateway: "203.0.113.1" } })).toEqual([]);
});

test("what wicked has from elsewhere, does not understand, or would not start, is refused", () => {
  const unfit = (facts: Record<string, string>): string[] =>
    wicked.unfit(new Map(Object.entries({ runs: "yes", boots: "yes", ...facts })), desiredBridge());
  expect(unfit({})).toEqual([]);
  expect(unfit({ "origin.eth1": "firmware:ibft" })).toEqual([]);
  expect(unfit({ "origin.eth0": "firmware:ibft" })).toEqual([
    "wicked has the settings of eth0 from firmware:ibft, and only /etc/sysconfig/network/ifcfg-eth0 is supported. Write them there.",
  ]);
  expect(unfit({ "unread.eth0": "yes" })).toEqual([expect.stringMatching(/wicked does not understand .*ifcfg-eth0/)]);
  expect(unfit({ "secret.eth0": "yes" })).toEqual([expect.stringMatching(/holds a password/)]);
  expect(unfit({ "zone.eth0": "/etc/firewalld/zones/trusted.xml" })).toEqual([
    expect.stringMatching(/trusted\.xml puts eth0 into a zone of firewalld, in which br0 would not be\. Run/),
  ]);
  expect(unfit({ "zone.eth0": "a", "zone.br0": "a" })).toEqual([]);
  expect(wicked.unfit(new Map([["runs", "yes"]]), desiredBridge())).toEqual([
    "wicked does not start at boot, so a bridge would not come up there. Run: systemctl enable wicked.",
  ]);
});
