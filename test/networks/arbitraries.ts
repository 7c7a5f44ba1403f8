/** What the cases of every network system have alike: what is asked for, and what somebody has added by hand. */
import fc from "fast-check";
import { given } from "../../provider/host/network/desired-bridge";
import type { NetworkCase } from "./case";

/** What an operator or another program may have added to a running network: nothing, mostly. */
const byHand = fc.oneof(
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

const addresses = fc.oneof(
  { arbitrary: fc.constant("inherit" as const), weight: 6 },
  { arbitrary: fc.constant({ cidr: ["198.51.100.2/24"], gateway: "198.51.100.1" }), weight: 1 },
  { arbitrary: fc.constant({ cidr: ["198.51.100.2/24", "2001:DB8:0:1::7/64"] }), weight: 1 },
);

export function casesOf(files: fc.Arbitrary<NetworkCase["files"]>): fc.Arbitrary<NetworkCase> {
  return fc
    .record({
      files,
      byHand,
      addresses,
      mtu: fc.constantFrom(undefined, undefined, undefined, 1450),
      maxAgeSeconds: fc.constantFrom(undefined, undefined, 12),
    })
    .map(({ mtu, maxAgeSeconds, ...rest }) => ({
      ...rest,
      ...given("mtu", mtu),
      ...given("maxAgeSeconds", maxAgeSeconds),
    }));
}

/** None, or one or two. */
export function some<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.oneof(
    { arbitrary: fc.constant<T[]>([]), weight: 1 },
    { arbitrary: fc.uniqueArray(arbitrary, { minLength: 1, maxLength: 2 }), weight: 2 },
  );
}

/** Of those that keep a port out of a bridge only a few. */
export function rarely<T>(usual: fc.Arbitrary<T>, rare: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ arbitrary: usual, weight: 30 }, { arbitrary: rare, weight: 1 });
}

/** A file that has to do with the bridge or its port, now and then. */
export function seldom(
  ...files: readonly (readonly [path: string, text: string])[]
): fc.Arbitrary<readonly [string, string] | undefined> {
  return fc.oneof(
    { arbitrary: fc.constant(undefined), weight: 20 },
    ...files.map((file) => ({ arbitrary: fc.constant(file), weight: 1 })),
  );
}
