/** Random files as Debian's ifupdown reads them. */
import { COMMON_ADDRESSES4, COMMON_ALIASES, COMMON_ETH1, COMMON_EXTRAS, interfacesCases } from "../interfaces-files";

export const networkCase = interfacesCases({
  heads: { v4: ["iface eth0 inet static"], v6: ["iface eth0 inet6 static"], manual: ["iface eth0 inet manual"] },
  addresses4: COMMON_ADDRESSES4,
  addresses6: ["address 2001:DB8:0:1::7/64", "address 2001:db8:0:1:0:0:0:7\n  netmask 64"],
  more6: ["", "accept_ra 0", "autoconf 0"],
  extras: COMMON_EXTRAS,
  aliases: COMMON_ALIASES,
  oddities: [
    "mapping eth0\n  script /bin/echo\n  map eth0\n",
    "mapping wlan*\n  script /bin/echo\n",
    "iface home inet static inherits eth0\n",
    "no-scripts eth9\n",
  ],
  eth1: COMMON_ETH1,
  layouts: ["one file", "interfaces.d/*", "source-directory", "nested"],
  starts: ["auto one line", "auto each", "hotplug"],
});
