/** Random files as ifupdown2 reads them: several addresses in a stanza, ranges, templates; methods that mean little. */
import {
  COMMON_ADDRESSES4,
  COMMON_ALIASES,
  COMMON_ETH1,
  COMMON_EXTRAS,
  interfacesCases,
  stanza,
} from "../interfaces-files";

export const ifupdown2Case = interfacesCases({
  heads: {
    v4: ["iface eth0 inet static", "iface eth0 inet static", "iface eth0", "iface eth0 inet manual"],
    v6: ["iface eth0 inet6 static", "iface eth0"],
    manual: ["iface eth0 inet manual", "iface eth0"],
  },
  addresses4: [
    ...COMMON_ADDRESSES4,
    ["address 198.51.100.2/24", "address 198.51.100.12/24"],
    ["address 198.51.100.2", "netmask 255.255.255.0", "address 198.51.100.13", "netmask 255.255.255.128"],
    ["address 198.51.100.2/24", "address 2001:DB8:0:1::8/64"],
    ["address 198.51.100.2/24", "address 10.11.0.1", "netmask 16"],
  ],
  addresses6: ["address 2001:DB8:0:1::7/64", "address 2001:db8:0:1:0:0:0:7\n  netmask 64"],
  more6: ["", "", "address 2001:db8:0:1::9/64"],
  extras: [
    ...COMMON_EXTRAS,
    "mtu 9000",
    "alias uplink",
    "link_duplex full",
    "tso-offload off",
    "address-purge no",
    "ip-forward on",
    "link-down no",
    "vrf mgmt",
    "bridge-vids 1-10",
  ],
  aliases: [...COMMON_ALIASES, stanza("iface eth0:2", ["address 198.51.100.6/24", "address 198.51.100.7/24"])],
  oddities: [
    "iface eth[0-1]\n  mtu 1500\n",
    "iface swp[1-2]\n  mtu 1500\n",
    "% for n in [3]:\nauto dum${n}\n% endfor\n",
    "mapping wlan*\n  script /bin/echo\n",
  ],
  eth1: COMMON_ETH1,
  layouts: ["one file", "interfaces.d/*", "files by name"],
  starts: ["auto one line", "auto each", "hotplug"],
});
