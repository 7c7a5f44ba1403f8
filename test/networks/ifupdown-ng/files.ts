/** Random files as ifupdown-ng reads them: its programs by name (`use`), templates, several addresses in a stanza, no patterns of files. */
import {
  COMMON_ADDRESSES4,
  COMMON_ALIASES,
  COMMON_ETH1,
  COMMON_EXTRAS,
  interfacesCases,
  stanza,
} from "../interfaces-files";

export const ifupdownNgCase = interfacesCases({
  heads: {
    v4: ["iface eth0 inet static", "iface eth0 inet static", "iface eth0", "iface eth0 inet manual"],
    v6: ["iface eth0 inet6 static", "iface eth0"],
    manual: ["iface eth0 inet manual", "iface eth0"],
  },
  addresses4: [
    ...COMMON_ADDRESSES4,
    ["address 198.51.100.2"],
    ["address 198.51.100.2/24", "address 198.51.100.12/24"],
    ["address 198.51.100.2/24", "address 2001:DB8:0:1::8/64"],
    ["address 198.51.100.2/32", "point-to-point 198.51.100.1"],
    ["use static", "address 198.51.100.2/24"],
  ],
  addresses6: ["address 2001:DB8:0:1::7/64", "address 2001:db8:0:1:0:0:0:7\n  netmask 64"],
  more6: ["", "accept_ra 0", "autoconf 0"],
  extras: [
    // At an ifdown it deletes a link with options of a bond, whatever it is.
    ...COMMON_EXTRAS.filter((line) => !line.startsWith("bond-")),
    "alias uplink",
    "use link",
    "use ipv6-ra",
    "use wifi",
    "forward-ipv4 yes",
    "requires eth1",
    "inherit common",
    "up ip route add blackhole 203.0.115.0/24",
    "hostname host1",
    "bridge-pvid 7",
  ],
  aliases: [...COMMON_ALIASES, stanza("iface eth0:2", ["address 198.51.100.6/24", "address 198.51.100.7/24"])],
  oddities: [
    "template common\n  mtu 1500\n",
    "iface home inherits eth0\n",
    "no-scripts eth9\n",
    "auto eth9\n  address 198.51.100.8/24\n",
  ],
  eth1: COMMON_ETH1,
  layouts: ["one file", "source-directory", "files by name"],
  starts: ["auto each", "auto each", "auto one line", "hotplug"],
});
