/** What an operator or another program may have added to a running network: nothing, mostly. */
import fc from "fast-check";

export const byHand = fc.oneof(
  { arbitrary: fc.constant<string[]>([]), weight: 10 },
  { arbitrary: fc.constant(["ip addr add 198.51.100.200/32 dev eth0"]), weight: 1 },
  { arbitrary: fc.constant(["ip route add 172.16.0.0/12 via 198.51.100.1"]), weight: 1 },
  { arbitrary: fc.constant(["ip -6 addr add 2001:DB8::77/128 dev eth0"]), weight: 1 },
  { arbitrary: fc.constant(["ip rule add oif eth0 table 100"]), weight: 1 },
  { arbitrary: fc.constant(["ip addr add 10.1.0.77/32 dev eth1"]), weight: 1 },
  {
    arbitrary: fc.constant([
      "ip route add blackhole 203.0.114.0/24",
      "ip route add unreachable 10.250.0.0/16 metric 500",
    ]),
    weight: 1,
  },
  { arbitrary: fc.constant(["ip -6 route add blackhole 2001:db8:dead::/48 table 100"]), weight: 1 },
  {
    arbitrary: fc.constant(["ip rule add iif wg9 table 101", "ip rule add fwmark 0x80000/0xff0000 table 52"]),
    weight: 1,
  },
  { arbitrary: fc.constant(["ip rule add from 10.0.0.0/8 table 100"]), weight: 1 },
);
