/** Generated Bridges, and a pretended host on which what is declared has been done: only its files and links tell of it. */
import fc from "fast-check";
import type { BridgeAddresses } from "../../../../provider/host/network/bridge-stanzas";
import { configuredAddresses } from "../../../../provider/host/network/interfaces-file";
import { parseLinks } from "../../../../provider/host/network/links";
import { MAIN_FILE, takeOverFaults } from "../../../../provider/host/network/take-over";
import { desiredBridge, desiredFiles } from "../../../../provider/resources/bridge/bridge.files";
import type { ObservedNetwork } from "../../../../provider/resources/bridge/bridge.observe";
import { type BridgeInputs, bridgeInputs } from "../../../../provider/resources/bridge/bridge.properties";
import { bridgeFaults, completeBridge } from "../../../../provider/resources/bridge/bridge.rules";
import { OWNER, address, claim, eth, plain } from "./observed";

const INTERFACES = `auto eth0
iface eth0 inet static
  address 192.0.2.10/24
  gateway 192.0.2.1
  dns-nameservers 192.0.2.53
iface eth0 inet6 static
  address FD00:2::0010/64
`;

/** Before there is a bridge. Only eth0 has addresses. */
export const bare: ObservedNetwork = {
  ...plain,
  links: parseLinks(JSON.stringify([eth("eth0"), eth("eth1"), eth("tap0")]), "[]"),
  files: new Map([[MAIN_FILE, INTERFACES]]),
  hasResolvconf: true,
};

const someAddress = fc.constantFrom(
  "198.51.100.7/24",
  "198.51.100.8/25",
  "FD00::0001/64",
  "fd00::1/64",
  "fd00:0:0::B/48",
  "::ffff:198.51.100.9/120",
);
const statics = fc.record(
  {
    cidr: fc.uniqueArray(someAddress, { minLength: 1, maxLength: 3 }),
    gateway: fc.constantFrom("198.51.100.1", "FD00::00fe"),
  },
  { requiredKeys: ["cidr"] },
);
const KEYS = [
  "ports",
  "addresses",
  "gateway",
  "dns",
  "stp",
  "forwardDelaySeconds",
  "helloTimeSeconds",
  "ageingSeconds",
  "priority",
  "mtu",
  "adopt",
] as const;
const times = fc.constantFrom(1, 2, 2.5, 1.23, 4);

/** As a program may write it: valid, not completed. */
export const declarations: fc.Arbitrary<BridgeInputs> = fc
  .record(
    {
      name: fc.constant("br0"),
      ports: fc.uniqueArray(fc.constantFrom("eth0", "eth1", "tap0"), { maxLength: 3 }),
      addresses: fc.oneof(fc.constantFrom<BridgeAddresses>("inherit", "dhcp", "none"), statics),
      gateway: fc.constant("198.51.100.1"),
      dns: fc.uniqueArray(fc.constantFrom("198.51.100.53", "FD00::53", "fd00::0:53"), { maxLength: 2 }),
      stp: fc.boolean(),
      forwardDelaySeconds: fc.constantFrom(0, 2, 4, 15),
      helloTimeSeconds: times,
      ageingSeconds: fc.constantFrom(0, 7.5, 300),
      priority: fc.constantFrom(7, 32768),
      mtu: fc.constantFrom(1400, 1500, 9000),
      adopt: fc.boolean(),
    },
    { requiredKeys: ["name"] },
  )
  .map((given) => ({ ...given, connection: { host: "198.51.100.7" }, owner: OWNER }))
  .filter(({ owner: _, ...given }) => bridgeInputs.safeParse(given).success && bridgeFaults(given).length === 0);

/** Two programs that differ in a few properties, and in spellings and orders that mean nothing. Completed. */
export const edits: fc.Arbitrary<readonly [BridgeInputs, BridgeInputs]> = fc
  .tuple(declarations, declarations, fc.subarray([...KEYS], { maxLength: 4 }), fc.boolean())
  .map(([olds, other, keys, respells]) => {
    const kept = Object.entries(olds).filter(([key]) => !(keys as readonly string[]).includes(key));
    const taken = Object.entries(other).filter(([key]) => (keys as readonly string[]).includes(key));
    const news = Object.fromEntries([...kept, ...taken]) as unknown as BridgeInputs;
    return [olds, respells ? respelled(news) : news] as const;
  })
  .filter(([, news]) => bridgeFaults(news).length === 0)
  .map(([olds, news]) => [completeBridge(olds), completeBridge(news)] as const)
  .filter((both) => both.every(isPossible));

function respelled(inputs: BridgeInputs): BridgeInputs {
  const { ports, addresses, dns, ...rest } = inputs;
  return {
    ...rest,
    ...(ports === undefined ? {} : { ports: [...ports].reverse() }),
    ...(dns === undefined ? {} : { dns: dns.map((one) => one.toUpperCase()) }),
    ...(addresses === undefined
      ? {}
      : {
          addresses:
            typeof addresses === "string"
              ? addresses
              : { ...addresses, cidr: addresses.cidr.map((one) => one.toUpperCase()) },
        }),
  };
}

/** Could this host have it? Completed inputs. */
function isPossible(inputs: BridgeInputs): boolean {
  return takeOverFaults(bare.files, desiredBridge(inputs, undefined)).length === 0;
}

/** What a host is like after a bridge was made on it, or another one changed to it. Completed inputs. */
export function madeOn(before: ObservedNetwork, inputs: BridgeInputs, guests: readonly string[] = []): ObservedNetwork {
  const { name, ports = [] } = inputs;
  const files = desiredFiles(before, inputs);
  const { fixed, isLeased } = configuredAddresses(files, name);
  const { helloTimeSeconds = 2, ageingSeconds = 300, priority = 32768, mtu = 1500, forwardDelaySeconds = 0 } = inputs;
  const hundredths = (seconds: number): number => Math.round(seconds * 100);
  const bridge = eth(name, {
    mtu,
    linkinfo: {
      info_kind: "bridge",
      info_data: {
        stp_state: inputs.stp === true ? 1 : 0,
        forward_delay: hundredths(forwardDelaySeconds),
        hello_time: hundredths(helloTimeSeconds),
        ageing_time: hundredths(ageingSeconds),
        priority,
      },
    },
  });
  const links = ["eth0", "eth1", "tap0"].map((port) => eth(port, ports.includes(port) ? { master: name } : {}));
  const vifs = guests.map((guest) => eth(guest, { master: name }));
  return {
    ...before,
    links: parseLinks(
      JSON.stringify([bridge, ...links, ...vifs]),
      JSON.stringify([address(name, ...fixed, ...(isLeased ? ["203.0.113.9/24"] : []))]),
    ),
    files,
    claim,
    phase: "ready",
  };
}
