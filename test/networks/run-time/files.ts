/** Random scripts of ip's commands, as a boot of a host may run them: addresses, routes of every form, rules. */
import fc from "fast-check";
import { casesOf, some } from "../arbitraries";
import type { NetworkCase } from "../case";

export const START = "/etc/by-hand/start";

const of = <const T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

const first = of(
  "198.51.100.2/24 brd +",
  "198.51.100.2/24",
  "198.51.100.2/24 brd + label eth0:home",
  "198.51.100.2/25 metric 50",
  "198.51.100.2/24 noprefixroute",
);
const more = of(
  "198.51.100.3/24",
  "198.51.100.4/32 label eth0:1",
  "192.0.2.9 peer 192.0.2.10/32",
  "203.0.113.7/24 brd + scope global label eth0:b",
  "169.254.7.7/16 scope link",
);
const more6 = of(
  "2001:DB8:0:1::7/64",
  "2001:db8:0:1::8/64 nodad",
  "fd00::7/128",
  "2001:db8:9::1 peer 2001:db8:9::2/128",
);
const gateway = of(
  "default via 198.51.100.1",
  "default via 198.51.100.1 metric 100 proto static",
  "default via 198.51.100.1 dev eth0 onlink",
  "default via 198.51.100.1 src 198.51.100.2 mtu 1400 advmss 1360",
  "default nexthop via 198.51.100.1 dev eth0 weight 2 nexthop via 10.1.0.254 dev eth1 weight 1",
);
const routes = of(
  "203.0.114.0/24 via 198.51.100.1",
  "203.0.115.0/24 dev eth0",
  "203.0.115.0/24 dev eth0 metric 7",
  "10.20.0.0/16 via 198.51.100.1 table 100",
  "default via 198.51.100.1 table 101",
  "10.30.0.0/16 dev eth0 scope link src 198.51.100.2 table 100",
  "10.40.0.0/16 via 203.0.115.9 dev eth0 onlink",
  "10.50.0.0/16 via 198.51.100.1 tos 0x10 metric 3",
  "10.60.0.0/16 via 198.51.100.1 proto bird",
  "172.30.0.0/16 via 10.1.0.254 dev eth1 src 198.51.100.2",
  "blackhole 203.0.116.0/24",
);
const routes6 = of(
  "2001:db8:a::/48 via 2001:db8:0:1::1 dev eth0 onlink",
  "default via fe80::1 dev eth0 metric 1024 proto static",
  "2001:db8:b::/48 dev eth0 table 100",
  "2001:db8:c::/48 dev eth0 metric 5 mtu 1400",
);
const rules = of(
  "iif eth0 lookup 100 priority 100",
  "oif eth0 lookup 101 priority 101",
  "from 198.51.100.0/24 lookup 101 priority 90",
  "from all fwmark 0x1/0xff iif eth0 lookup 100 priority 80",
  "not from 10.0.0.0/8 iif eth0 lookup 100 priority 81",
);
const links = of(
  "ip link set eth0 mtu 1450",
  "ip link set eth0 txqueuelen 500",
  "ip neigh replace 198.51.100.1 lladdr 52:54:00:00:00:99 nud permanent dev eth0",
  "echo 1 >/proc/sys/net/ipv4/conf/eth0/forwarding",
);

const files: fc.Arbitrary<NetworkCase["files"]> = fc
  .record({
    links: some(links),
    first,
    more: some(more),
    more6: some(more6),
    gateway: fc.option(gateway, { nil: undefined }),
    routes: some(routes),
    routes6: some(routes6),
    rules: some(rules),
    rules6: some(of("iif eth0 lookup 100 priority 70", "oif eth0 lookup 100 priority 71")),
  })
  .map((given) => {
    const lines = [
      "ip link set eth0 up",
      "ip link set eth1 up",
      "ip addr add 10.1.0.1/24 dev eth1",
      ...given.links,
      ...[given.first, ...given.more].map((address) => `ip addr add ${address} dev eth0`),
      ...given.more6.map((address) => `ip addr add ${address} dev eth0`),
      ...(given.first.includes("noprefixroute") ? ["ip route add 198.51.100.0/24 dev eth0 scope link"] : []),
      ...given.routes.filter((route) => !route.includes("203.0.115.9")).map((route) => `ip route add ${route}`),
      ...given.routes.filter((route) => route.includes("203.0.115.9")).map((route) => `ip route add ${route}`),
      ...(given.gateway === undefined ? [] : [`ip route add ${given.gateway}`]),
      ...given.routes6.map((route) => `ip -6 route add ${route}`),
      ...given.rules.map((rule) => `ip rule add ${rule}`),
      ...given.rules6.map((rule) => `ip -6 rule add ${rule}`),
    ];
    return new Map([[START, `${lines.join("\n")}\n`]]);
  });

export const runTimeCase = casesOf(files);
