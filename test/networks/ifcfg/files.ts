/** Random ifcfg files of hosts as they are in the field (sysconfig.txt of initscripts 9.03), beside a second card's. */
import fc from "fast-check";
import { casesOf, rarely, seldom, some } from "../arbitraries";
import type { NetworkCase } from "../case";

const FOLDER = "/etc/sysconfig/network-scripts";
const HWADDR = "52:54:00:00:00:00";

/** Settings of eth0 that say nothing of its address. */
const setting = rarely(
  fc.constantFrom(
    "MTU=1400",
    'MTU="9000"',
    "DNS1=198.51.100.53",
    'DNS2="198.51.100.54"',
    "PEERDNS=no",
    "DOMAIN=example.org",
    "NOZEROCONF=yes",
    "DEFROUTE=yes",
    "METRIC=5",
    "ARPCHECK=no",
    "ARPUPDATE=no # the switch does not like it",
    "LINKDELAY=0",
    'ETHTOOL_OPTS="-K ${DEVICE} tso off"',
    'NAME="System eth0"',
    'UUID="5fb06bd0-0bb0-7ffb-45f1-d6edd65f3e03"',
    "USERCTL=no",
    "HOTPLUG=yes",
    "# the office",
    "IPV6_AUTOCONF=no",
    "IPV4_FAILURE_FATAL=no",
    'DHCP_HOSTNAME="host"',
  ),
  fc.constantFrom(
    "MASTER=bond0",
    "BRIDGE=br7",
    "ESSID=office",
    "SOMETHING=else",
    "[ -f /etc/nothing ] && MTU=1300",
    'GATEWAY="$OTHER"',
    "TYPE=Token",
    "KEY=secret",
  ),
);

const address4 = fc.constantFrom(
  ["IPADDR=198.51.100.2", "NETMASK=255.255.255.0", "GATEWAY=198.51.100.1"],
  ['IPADDR="198.51.100.2"', "PREFIX=24", 'GATEWAY="198.51.100.1"'],
  ["IPADDR=198.51.100.2", "PREFIX='24'"],
  ["IPADDR0=198.51.100.2", "PREFIX0=24", "IPADDR1=192.0.2.2", "NETMASK1=255.255.255.128", "GATEWAY=198.51.100.1"],
  [
    "IPADDR=198.51.100.2",
    "PREFIX=24",
    "IPADDR2=10.66.0.2",
    "PREFIX2=16",
    "GATEWAY=198.51.100.1",
    "BROADCAST=198.51.100.255",
  ],
  ["IPADDR=198.51.100.2", "PREFIX=32", "NETMASK=255.255.255.0"],
);
const address6 = fc.oneof(
  { arbitrary: fc.constant<string[]>([]), weight: 3 },
  {
    arbitrary: fc.constantFrom(
      ["IPV6INIT=yes", "IPV6ADDR=2001:DB8:0:1::7/64", "IPV6_DEFAULTGW=2001:db8:0:1::1"],
      ['IPV6INIT="yes"', 'IPV6ADDR="2001:db8:0:1::7"', "IPV6_DEFAULTGW=fe80::1%eth0"],
      [
        "IPV6INIT=yes",
        "IPV6ADDR=2001:db8:0:1::7/64",
        'IPV6ADDR_SECONDARIES="2001:db8:0:1::8/64 2001:db8:5::1"',
        "IPV6_DEFAULTGW=fe80::1",
        "IPV6_DEFAULTDEV=eth0",
      ],
      ["IPV6INIT=no"],
    ),
    weight: 2,
  },
);

const addressing = fc.oneof(
  {
    arbitrary: fc
      .tuple(fc.constantFrom("BOOTPROTO=static", 'BOOTPROTO="none"', "BOOTPROTO=", undefined), address4, address6)
      .map(([proto, four, six]) => [...(proto === undefined ? [] : [proto]), ...four, ...six]),
    weight: 8,
  },
  {
    arbitrary: fc.constant(["BOOTPROTO=none", "IPV6INIT=yes", "IPV6ADDR=2001:db8:0:1::7/64"]),
    weight: 1,
  },
  { arbitrary: fc.constant(["BOOTPROTO=none"]), weight: 1 },
);

const card = fc.constantFrom(
  ['DEVICE="eth0"', `HWADDR="${HWADDR}"`, 'NM_CONTROLLED="yes"', 'ONBOOT="yes"', 'TYPE="Ethernet"'],
  ["DEVICE=eth0", "ONBOOT=yes", "TYPE=Ethernet"],
  ["DEVICE=eth0", "NM_CONTROLLED=no", "ONBOOT=yes"],
  ["ONBOOT=yes", "DEVICE='eth0'", "TYPE=Ethernet", `HWADDR=${HWADDR}`],
  ["DEVICE=eth0", `MACADDR=52:54:00:00:00:77`, "ONBOOT=yes"],
);

const more = fc.oneof(
  { arbitrary: fc.constant<[string, string][]>([]), weight: 4 },
  {
    arbitrary: fc.uniqueArray(
      fc.constantFrom<[string, string]>(
        ["ifcfg-eth0:1", "DEVICE=eth0:1\nIPADDR=198.51.100.3\nNETMASK=255.255.255.0\nONPARENT=yes\n"],
        ["ifcfg-eth0:1", 'DEVICE="eth0:1"\nIPADDR="192.0.2.4"\nPREFIX=25\nNO_ALIASROUTING=yes\n'],
        ["ifcfg-eth0:web", "IPADDR=198.51.100.5\nNETMASK=255.255.255.255\nONPARENT=no\n"],
        [
          "ifcfg-eth0-range0",
          "IPADDR_START=198.51.100.20\nIPADDR_END=198.51.100.22\nCLONENUM_START=10\nNETMASK=255.255.255.0\n",
        ],
        ["route-eth0", "203.0.113.0/24 via 198.51.100.1 dev eth0\n# old\n10.9.0.0/16 via 198.51.100.1\n"],
        ["route-eth0", "ADDRESS0=203.0.113.0\nNETMASK0=255.255.255.0\nGATEWAY0=198.51.100.1\n"],
        ["route-eth0", "198.51.100.128/25 dev eth0 table 100\ndefault via 198.51.100.1 table 100\n"],
        ["route6-eth0", "2001:db8:7::/48 dev eth0"],
        ["rule-eth0", "from 198.51.100.2 table 100\niif eth0 table 100\n"],
        ["rule6-eth0", "from 2001:db8:0:1::7 table 100\n"],
      ),
      { minLength: 1, maxLength: 3, selector: ([path]) => path },
    ),
    weight: 4,
  },
);

const common = fc.constantFrom(
  "NETWORKING=yes\nHOSTNAME=host\n",
  "NETWORKING=yes\nHOSTNAME=host\nGATEWAY=198.51.100.1\n",
  "NETWORKING=yes\nHOSTNAME=host\nNETWORKING_IPV6=yes\nIPV6_DEFAULTGW=2001:db8:0:1::1\n",
);

const other = fc.constantFrom(
  "",
  "",
  "DEVICE=eth1\nBOOTPROTO=none\nONBOOT=yes\nIPADDR=10.1.0.1\nPREFIX=24\nNM_CONTROLLED=no\n",
  "DEVICE=eth1\nBOOTPROTO=dhcp\nONBOOT=no\n",
);

const OLD = "DEVICE=eth0\nBOOTPROTO=none\nONBOOT=yes\nIPADDR=198.51.100.99\nPREFIX=24\n";
const oddity = seldom(
  [`${FOLDER}/ifcfg-eth0.bak`, OLD],
  [`${FOLDER}/ifcfg-eth0~`, OLD],
  [`${FOLDER}/ifcfg-eth0.rpmsave`, OLD],
  [`${FOLDER}/ifcfg-br0`, "DEVICE=br0\nTYPE=Bridge\nONBOOT=no\n"],
  [`${FOLDER}/ifcfg-office`, OLD],
  [`${FOLDER}/route-br0`, "10.3.0.0/16 via 198.51.100.1\n"],
  [`/etc/sysconfig/static-routes`, "any net 10.5.0.0 netmask 255.255.0.0 gw 198.51.100.1\n"],
  [`/etc/sysconfig/static-routes-ipv6`, "eth0 2001:db8:9::/48\n"],
);

const files: fc.Arbitrary<NetworkCase["files"]> = fc
  .record({
    card,
    addressing,
    settings: some(setting),
    more,
    common,
    other,
    oddity,
    hasNewline: fc.boolean(),
  })
  .map(
    ({
      card: head,
      addressing: lines,
      settings,
      more: besides,
      common: network,
      other: eth1,
      oddity: odd,
      hasNewline,
    }) => {
      const text = `${[...head, ...lines, ...settings].join("\n")}${hasNewline ? "\n" : ""}`;
      // Two seconds less for each address of each boot.
      const made = new Map([
        ["/etc/sysconfig/network", `${network}ARPING_WAIT=1\n`],
        [`${FOLDER}/ifcfg-eth0`, text],
      ]);
      for (const [name, content] of besides) made.set(`${FOLDER}/${name}`, content);
      if (eth1 !== "") made.set(`${FOLDER}/ifcfg-eth1`, eth1);
      if (odd !== undefined) made.set(odd[0], odd[1]);
      return made;
    },
  );

export const ifcfgCase = casesOf(files);
