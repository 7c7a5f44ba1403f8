/** The files of the original recipe, byte for byte (CentOS 6), and what is given back when the bridge goes. */
import type { DesiredBridge } from "../../../../../provider/host/network/desired-bridge";
import { ifcfg } from "../../../../../provider/host/network/ifcfg/ifcfg";
import type { NetworkConfiguration, NetworkFiles } from "../../../../../provider/host/network/network-files";
import { IFCFG_BR0, IFCFG_ETH0, IFCFG_ETH0_AFTER } from "../../../../support/recipe-files";

const FOLDER = "/etc/sysconfig/network-scripts";
const RECIPE: DesiredBridge = {
  name: "br0",
  ports: ["eth0"],
  addresses: "inherit",
  stp: false,
  forwardDelaySeconds: 0,
  macAddress: "00:0c:29:47:3e:ea",
};

const now = (files: NetworkFiles): NetworkConfiguration => ({ files, sources: new Map(), clientIds: new Map() });
const host = (eth0: string, more: Record<string, string> = {}): NetworkConfiguration =>
  now(new Map(Object.entries({ [`${FOLDER}/ifcfg-eth0`]: eth0, ...more })));
const made = (before: NetworkConfiguration, change: Partial<DesiredBridge> = {}): NetworkFiles =>
  ifcfg.withBridge(before, { ...RECIPE, ...change });

test("writes the recipe's two files from the one that was there, byte for byte", () => {
  const files = made(host(IFCFG_ETH0));
  expect(files.get(`${FOLDER}/ifcfg-br0`)).toBe(IFCFG_BR0);
  expect(files.get(`${FOLDER}/ifcfg-eth0`)).toBe(IFCFG_ETH0_AFTER);
  expect([...files.keys()].sort()).toEqual(
    ["ifcfg-br0", "ifcfg-eth0", "pulumi-xen-br0"].map((name) => `${FOLDER}/${name}`),
  );
  expect(ifcfg.faults(host(IFCFG_ETH0), RECIPE)).toEqual([]);
});

test("gives the file back that was there before, byte for byte", () => {
  for (const text of [IFCFG_ETH0, IFCFG_ETH0.trimEnd(), `${IFCFG_ETH0}\n\n`, `# office\n${IFCFG_ETH0}`])
    expect(new Map(ifcfg.withoutBridge(made(host(text)), "br0"))).toEqual(host(text).files);
});

test("says STP, delay, hello, ageing and priority in the units of EL 6's scripts", () => {
  const change = { stp: true, forwardDelaySeconds: 2, helloTimeSeconds: 3, ageingSeconds: 200, priority: 4096 };
  expect(made(host(IFCFG_ETH0), change).get(`${FOLDER}/ifcfg-br0`)).toBe(
    `${IFCFG_BR0}STP=on\nDELAY=2\nBRIDGING_OPTS="hello_time=300 ageing_time=20000 priority=4096"\n`,
  );
});

test("puts the address by whose network the scripts set the gateway before the others", () => {
  const addresses = {
    cidr: ["10.1.2.3/16", "192.168.1.9/24", "2001:db8::7/64", "2001:db8::8/64"],
    gateway: "192.168.1.253",
  };
  const text = made(host(IFCFG_ETH0), { addresses, dns: ["8.8.4.4"], mtu: 1400 }).get(`${FOLDER}/ifcfg-br0`);
  expect(text).toBe(`IPV6INIT=yes
DEVICE="br0"
BOOTPROTO=none
HWADDR="00:0C:29:47:3E:EA"
NM_CONTROLLED=no
ONBOOT="yes"
TYPE="Bridge"
IPADDR=192.168.1.9
PREFIX=24
IPADDR1=10.1.2.3
PREFIX1=16
GATEWAY=192.168.1.253
IPV6ADDR=2001:db8::7/64
IPV6ADDR_SECONDARIES=2001:db8::8/64
DNS1=8.8.4.4
MTU=1400
`);
});

test("sets the bridge's address instead of having the scripts check it, where another card could give it its own", () => {
  const text = made(host(IFCFG_ETH0), { ports: ["eth0", "eth1"] }).get(`${FOLDER}/ifcfg-br0`) ?? "";
  expect(text).not.toMatch(/^HWADDR/m);
  expect(text).toMatch(/^MACADDR=00:0c:29:47:3e:ea$/m);
});

test("moves aliases, ranges, routes and rules, under the bridge's name, and gives them back", () => {
  const more = {
    [`${FOLDER}/ifcfg-eth0:1`]: 'DEVICE="eth0:1"\nIPADDR=192.168.1.202\nNETMASK=255.255.255.0',
    [`${FOLDER}/ifcfg-eth0-range0`]: "IPADDR_START=192.168.1.30\nIPADDR_END=192.168.1.31\nCLONENUM_START=5\n",
    [`${FOLDER}/route-eth0`]:
      "# to the office\n10.0.0.0/8 via 192.168.1.254 dev eth0\ndefault via 192.168.1.253 dev eth0 table 7\n",
    [`${FOLDER}/route6-eth0`]: "2001:db8:7::/48 dev eth0",
    [`${FOLDER}/rule-eth0`]: "from 192.168.1.201 table 7\niif eth0 table 7\n",
  };
  const files = made(host(IFCFG_ETH0, more));
  expect(files.get(`${FOLDER}/ifcfg-br0:1`)).toBe('DEVICE="br0:1"\nIPADDR=192.168.1.202\nNETMASK=255.255.255.0');
  expect(files.get(`${FOLDER}/route-br0`)).toBe(
    "# to the office\n10.0.0.0/8 via 192.168.1.254 dev br0\ndefault via 192.168.1.253 dev br0 table 7\n",
  );
  expect(files.get(`${FOLDER}/rule-br0`)).toBe("from 192.168.1.201 table 7\niif br0 table 7\n");
  expect(ifcfg.addressesIn(files, "br0").fixed).toEqual([
    "192.168.1.201/24",
    "192.168.1.202/24",
    "192.168.1.30/24",
    "192.168.1.31/24",
  ]);
  expect([...files.keys()].filter((path) => path.includes("eth0"))).toEqual([`${FOLDER}/ifcfg-eth0`]);
  expect(new Map(ifcfg.withoutBridge(files, "br0"))).toEqual(host(IFCFG_ETH0, more).files);
});

describe("what somebody has changed since", () => {
  const changed = (path: string, text: string): NetworkFiles =>
    new Map([...made(host(IFCFG_ETH0)), [`${FOLDER}/${path}`, text]]);

  test("a setting of the card stays, with the bridge and when it goes", () => {
    const files = changed("ifcfg-eth0", `${IFCFG_ETH0_AFTER}ETHTOOL_OPTS="autoneg on"\n`);
    expect(made(now(files)).get(`${FOLDER}/ifcfg-eth0`)).toContain('ETHTOOL_OPTS="autoneg on"');
    expect(ifcfg.withoutBridge(files, "br0").get(`${FOLDER}/ifcfg-eth0`)).toBe(
      `${IFCFG_ETH0}ETHTOOL_OPTS="autoneg on"\n`,
    );
  });

  test("a route of the bridge becomes one of the port, and is the bridge's again where the bridge stays", () => {
    const files = changed("route-br0", "10.3.0.0/16 via 192.168.1.254 dev br0\n");
    expect(made(now(files)).get(`${FOLDER}/route-br0`)).toBe("10.3.0.0/16 via 192.168.1.254 dev br0\n");
    const given = ifcfg.withoutBridge(files, "br0");
    expect(given.get(`${FOLDER}/route-eth0`)).toBe("10.3.0.0/16 via 192.168.1.254 dev eth0\n");
    expect(given.has(`${FOLDER}/route-br0`)).toBe(false);
  });

  test("another bridge of the host's is not touched", () => {
    const both = host(IFCFG_ETH0, { [`${FOLDER}/ifcfg-eth1`]: "DEVICE=eth1\nBOOTPROTO=dhcp\nONBOOT=yes\n" });
    const first = now(made(both));
    const second = now(made(first, { name: "br1", ports: ["eth1"], macAddress: "52:54:00:00:00:01" }));
    expect(new Map(ifcfg.withoutBridge(second.files, "br1"))).toEqual(new Map(first.files));
    const rest = now(ifcfg.withoutBridge(second.files, "br0"));
    expect(new Map(ifcfg.withoutBridge(rest.files, "br1"))).toEqual(both.files);
  });
});
