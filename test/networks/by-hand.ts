/** What an operator or another program may have added to a running network: nothing, mostly. */
import fc from "fast-check";

export const byHand = fc.oneof(
  { arbitrary: fc.constant<string[]>([]), weight: 10 },
  { arbitrary: fc.constant(["ip addr add 198.51.100.200/32 dev eth0"]), weight: 1 },
  { arbitrary: fc.constant(["ip route add 172.16.0.0/12 via 198.51.100.1"]), weight: 1 },
  { arbitrary: fc.constant(["ip -6 addr add 2001:DB8::77/128 dev eth0"]), weight: 1 },
  { arbitrary: fc.constant(["ip rule add oif eth0 table 100"]), weight: 1 },
  { arbitrary: fc.constant(["ip addr add 10.1.0.77/32 dev eth1"]), weight: 1 },
  { arbitrary: fc.constant(["ip rule add from 10.0.0.0/8 table 100"]), weight: 1 },
);
