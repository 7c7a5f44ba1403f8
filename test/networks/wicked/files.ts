/** Random files of /etc/sysconfig/network of hosts as they are in the field (ifcfg(5) of wicked), beside a second card's. */
import fc from "fast-check";
import { casesOf, rarely, seldom, some } from "../arbitraries";
import type { NetworkCase } from "../case";

const FOLDER = "/etc/sysconfig/network";

/** Settings of eth0 that say nothing of its address. */
const setting = rarely(
  fc.constantFrom(
    "MTU='1400'",
    'MTU="9000"',
    "NAME='82540EM Gigabit Ethernet Controller'",
    "ETHTOOL_OPTIONS=''",
    "USERCONTROL='no'",
    "LABEL_1='eth0:1'",
    "BROADCAST=''",
    "NETWORK=''",
    "REMOTE_IPADDR=''",
    "DHCLIENT_SET_DEFAULT_ROUTE='yes'",
    "ZONE=''",
    "FIREWALL=no",
    "CHECK_DUPLICATE_IP=no",
    "# the office",
    "LLADDR=52:54:00:00:00:77",
    "LINK_READY_WAIT=2",
  ),
  fc.constantFrom(
    "BRIDGE='yes'",
    "SOMETHING=else",
    "[ -f /etc/nothing ] && MTU=1300",
    'IPADDR_9="$OTHER"',
    "POST_UP_SCRIPT='suse:routes'",
    "WIRELESS_ESSID=office",
    "MTU=1400 # jumbo",
    "export MTU=1400",
    "LINK_REQUIRED=no",
  ),
);

const addressing = fc.oneof(
  {
    arbitrary: fc
      .tuple(
        fc.constantFrom("BOOTPROTO='static'", "BOOTPROTO=static", "BOOTPROTO=''", undefined),
        fc.constantFrom(
          ["IPADDR='198.51.100.2/24'"],
          ["IPADDR=198.51.100.2", "NETMASK=255.255.255.0"],
          ['IPADDR="198.51.100.2"', 'PREFIXLEN="24"', "NETMASK='255.255.0.0'"],
          ["IPADDR='198.51.100.2/24'", "IPADDR_1='192.0.2.2'", "PREFIXLEN_1=25"],
          ["IPADDR0='198.51.100.2/24'", "IPADDR_web=10.66.0.2/16", "IPADDR_v6=2001:DB8:0:1::7/64"],
          ["IPADDR='198.51.100.2/24'", "IPADDR_1='2001:db8:0:1::7'", "PREFIXLEN_1='64'"],
          ["IPADDR='198.51.100.2'"],
        ),
      )
      .map(([proto, lines]) => [...(proto === undefined ? [] : [proto]), ...lines]),
    weight: 8,
  },
  { arbitrary: fc.constant(["BOOTPROTO=none"]), weight: 1 },
);

const startMode = fc.constantFrom("STARTMODE='auto'", "STARTMODE=auto", "STARTMODE='hotplug'", "STARTMODE=onboot");

const more = fc.oneof(
  { arbitrary: fc.constant<[string, string][]>([]), weight: 3 },
  {
    arbitrary: fc.uniqueArray(
      fc.constantFrom<[string, string]>(
        ["ifroute-eth0", "203.0.113.0/24 198.51.100.1 - eth0\n# old\n10.9.0.0/16 198.51.100.1\n"],
        ["ifroute-eth0", "default 198.51.100.1 - -\n"],
        ["ifroute-eth0", "198.51.100.128 - 255.255.255.128 eth0 table 100\ndefault 198.51.100.1 - - table 100\n"],
        ["ifroute-eth0", "203.0.113.0/24 198.51.100.1 - eth0 metric 7 src 198.51.100.2\n"],
        ["ifrule-eth0", "from 198.51.100.2 table 100\niif eth0 table 100\n"],
        ["ifrule-eth0", "ipv4 to 203.0.113.0/24 dev eth0 table 100\n"],
        ["routes", "default 198.51.100.1 - -\n"],
        ["routes", "default 198.51.100.1\n203.0.113.0 198.51.100.9 255.255.255.0 eth0\n10.7.0.0/16 10.1.0.9 - eth1\n"],
        ["routes", "default 198.51.100.1 - eth0\n2001:db8:7::/48 2001:db8:0:1::1 - eth0\n"],
        ["routes", "# none\n"],
        ["ifsysctl", "net.ipv4.conf.eth0.rp_filter = 2\n"],
        ["ifsysctl-eth1", "net.ipv4.conf.$INTERFACE.rp_filter = 2\n"],
      ),
      { minLength: 1, maxLength: 3, selector: ([path]) => path },
    ),
    weight: 5,
  },
);

const other = fc.constantFrom(
  "",
  "STARTMODE='auto'\nBOOTPROTO='static'\nIPADDR='10.1.0.1/24'\n",
  "STARTMODE='off'\nBOOTPROTO='dhcp'\n",
);

const OLD = "STARTMODE=auto\nIPADDR=198.51.100.99/24\n";
const oddity = seldom(
  [`${FOLDER}/ifcfg-eth0.bak`, OLD],
  [`${FOLDER}/ifcfg-eth0~`, OLD],
  [`${FOLDER}/ifcfg-eth0.rpmsave`, OLD],
  [`${FOLDER}/ifcfg-br0`, "STARTMODE=off\nBRIDGE=yes\n"],
  [`${FOLDER}/ifcfg-br7`, "STARTMODE=manual\nBRIDGE=yes\nBRIDGE_PORTS='eth0'\n"],
  [`${FOLDER}/ifroute-br0`, "10.3.0.0/16 198.51.100.1\n"],
);

const files: fc.Arbitrary<NetworkCase["files"]> = fc
  .record({ mode: startMode, addressing, settings: some(setting), more, other, oddity, isLast: fc.boolean() })
  .map(({ mode, addressing: address, settings, more: besides, other: eth1, oddity: odd, isLast }) => {
    const lines = isLast ? [...settings, ...address, mode] : [mode, ...address, ...settings];
    const made = new Map([[`${FOLDER}/ifcfg-eth0`, `${lines.join("\n")}\n`]]);
    for (const [name, content] of besides) made.set(`${FOLDER}/${name}`, content);
    if (eth1 !== "") made.set(`${FOLDER}/ifcfg-eth1`, eth1);
    if (odd !== undefined) made.set(odd[0], odd[1]);
    return made;
  });

export const wickedCase = casesOf(files);
