import { UNKNOWN } from "../../../../provider/property";
import { faultsOf } from "../../../../provider/pulumi/check-failures";
import { bridgeChanges } from "../../../../provider/resources/bridge/bridge.findings";
import { type BridgeInputs, bridgeInputs } from "../../../../provider/resources/bridge/bridge.properties";
import { bridgeCreation, bridgeFaults, completeBridge } from "../../../../provider/resources/bridge/bridge.rules";

/** A bond as a program declares it. */
const bondOf = (more: object): object => ({ bond: "bond0", of: ["eth0", "eth1"], mode: "active-backup", ...more });
const connection = { host: "198.51.100.7" };
const unknown = UNKNOWN as never;

test("with ports their addresses are inherited, without there are none, and the bridge is up at once", () => {
  expect(completeBridge({ connection, name: "br0", ports: ["eth0"] })).toMatchObject({
    addresses: "inherit",
    stp: false,
    forwardDelaySeconds: 0,
  });
  expect(completeBridge({ connection, name: "br0" })).toMatchObject({ ports: [], addresses: "none" });
  expect(completeBridge({ connection, name: "br0", stp: true })).toMatchObject({ forwardDelaySeconds: 15 });
});

test("a VLAN that is made for the bridge has no addresses that it could inherit", () => {
  const vlan = { on: "eth0", vlan: 20 };
  expect(completeBridge({ connection, name: "br20", ports: [vlan] })).toMatchObject({ addresses: "none" });
  expect(completeBridge({ connection, name: "br20", ports: [vlan, "eth1"] })).toMatchObject({ addresses: "inherit" });
  expect(completeBridge({ connection, name: "br20", ports: [unknown] })).toMatchObject({ addresses: UNKNOWN });
  expect(completeBridge({ connection, name: "br20", ports: [{ on: unknown, vlan: 20 }] })).toMatchObject({
    addresses: "none",
  });
});

test.each([
  [{ on: "eth0.5", vlan: 20 }, "ports[0].on"],
  [{ on: "eth0", vlan: 4095 }, "ports[0].vlan"],
  [{ on: "eth0", vlan: "20" }, "ports[0].vlan"],
  [{ on: "eth0" }, "ports[0].vlan"],
  [{ on: "eth0", vlan: 20, name: "v" }, "ports[0].name"],
  [20, "ports[0]"],
  [{ bond: "bond0", of: ["eth0"] }, "ports[0].mode"],
  [{ bond: "bond0", of: "eth0", mode: "802.3ad" }, "ports[0].of"],
  [{ bond: "bond0", of: [], mode: "802.3ad" }, "ports[0].of"],
  [{ bond: "bond0", of: ["eth0"], mode: "802.3AD" }, "ports[0].mode"],
  [{ bond: "bond.0", of: ["eth0"], mode: "802.3ad" }, "ports[0].bond"],
  [{ bond: "bond0", of: ["eth0"], mode: "802.3ad", miimon: 100 }, "ports[0].miimon"],
  [{ bond: "bond0", of: ["eth0"], mode: "802.3ad", miimonMilliseconds: 0 }, "ports[0].miimonMilliseconds"],
  [{ bond: "bond0", of: ["eth0"], mode: "802.3ad", lacpRate: "often" }, "ports[0].lacpRate"],
])("the port %j is refused at %s", (port, path) => {
  const found = faultsOf(bridgeInputs, { connection, name: "br0", ports: [port] });
  expect(found.map(({ property }) => property)).toEqual([path]);
});

test("a gateway beside the addresses is the same as one among them", () => {
  const beside = completeBridge({ connection, name: "br0", addresses: { cidr: ["10.0.0.1/24"] }, gateway: "10.0.0.2" });
  const among = completeBridge({ connection, name: "br0", addresses: { cidr: ["10.0.0.1/24"], gateway: "10.0.0.2" } });
  expect(beside).toEqual(among);
});

test.each(["name", "ports", "addresses", "stp", "mtu", "gateway", "connection"])("%s may be unknown", (property) => {
  const inputs = completeBridge({ connection, name: "br0", [property]: unknown });
  expect(bridgeCreation(inputs).join("\n")).not.toContain(UNKNOWN);
  const [change] = bridgeChanges(completeBridge({ connection, name: "x", ports: ["eth9"], stp: true, mtu: 9 }), inputs);
  expect(change?.text).not.toContain(UNKNOWN);
});

test("a bond looks for cables each 100 ms where nothing is said, and one of its cards may hand its addresses down", () => {
  const completed = completeBridge({ connection, name: "br0", ports: [bondOf({})] as never });
  expect(completed).toMatchObject({ ports: [bondOf({ miimonMilliseconds: 100 })], addresses: "inherit" });
  expect(bridgeFaults(completed)).toEqual([]);
  const primary = bondOf({ primary: "eth1", primaryReselect: "failure", updelayMilliseconds: 200 });
  expect(bridgeFaults(completeBridge({ connection, name: "br0", ports: [primary] as never }))).toEqual([]);
  const lacp = bondOf({ mode: "802.3ad", lacpRate: "fast", xmitHashPolicy: "layer2+3", minLinks: 2 });
  expect(bridgeFaults(completeBridge({ connection, name: "br0", ports: [lacp] as never }))).toEqual([]);
});

test("the cards of a bond in another order are no change; another mode or card is one", () => {
  const made = (more: object): BridgeInputs =>
    completeBridge({ connection, name: "br0", ports: [bondOf(more)] as never });
  expect(bridgeChanges(made({}), made({ of: ["eth1", "eth0"] }))).toEqual([]);
  expect(bridgeChanges(made({}), made({ miimonMilliseconds: 100 }))).toEqual([]);
  for (const other of [{ mode: "802.3ad" }, { of: ["eth0"] }, { primary: "eth0" }, { miimonMilliseconds: 50 }])
    expect(bridgeChanges(made({}), made(other)).map(({ property, effect }) => `${property}: ${effect}`)).toEqual([
      "ports: live",
    ]);
  const from = bondOf({ of: unknown, primary: unknown });
  expect(bridgeChanges(made({}), completeBridge({ connection, name: "br0", ports: [from] as never }))).toMatchObject([
    { property: "ports", effect: "live" },
  ]);
});

test("a new name replaces the bridge, and nothing else does", () => {
  const olds = completeBridge({ connection, name: "br0", ports: ["eth0"] });
  const news = completeBridge({ connection, name: "br1", ports: ["eth0", "eth1"], stp: true });
  expect(bridgeChanges(olds, news).map(({ text, effect }) => `${text}: ${effect}`)).toEqual([
    "name br0 -> br1: replace",
    'ports ["eth0"] -> ["eth0","eth1"]: live',
    "stp false -> true: live",
    "forwardDelaySeconds 0 -> 15: live",
  ]);
});

const DHCP = { from: "10.9.0.100", to: "10.9.0.199" };

test.each([
  [{ addresses: "inherit" }, "addresses"],
  [{ addresses: "dhcp", ports: ["eth0"], gateway: "10.0.0.1" }, "gateway"],
  [{ addresses: "dhcp" }, "addresses"],
  [{ stp: true, maxAgeSeconds: 30 }, "maxAgeSeconds"],
  [{ stp: true, maxAgeSeconds: 6, helloTimeSeconds: 4 }, "maxAgeSeconds"],
  [{ stp: true, maxAgeSeconds: 6, forwardDelaySeconds: 2 }, "maxAgeSeconds"],
  [{ addresses: { cidr: ["10.0.0.1/24"] }, gateway: "fd00::1" }, "gateway"],
  [{ stp: true, forwardDelaySeconds: 1 }, "forwardDelaySeconds"],
  [{ ports: ["eth0", "eth0"] }, "ports"],
  [{ nat: true }, "nat"],
  [{ nat: true, ports: ["eth0"] }, "nat"],
  [{ nat: true, addresses: { cidr: ["fd00::1/64", "10.9.0.1/32"] } }, "nat"],
  [{ nat: true, addresses: { cidr: ["10.9.0.1/24"] }, adopt: true }, "nat"],
  [{ guestDhcp: DHCP }, "guestDhcp"],
  [{ guestDhcp: DHCP, ports: ["eth0"], addresses: { cidr: ["10.9.0.1/24"] } }, "guestDhcp"],
  [{ guestDhcp: DHCP, addresses: { cidr: ["10.9.0.1/24"] }, adopt: true }, "guestDhcp"],
  [{ guestDhcp: DHCP, addresses: { cidr: ["10.9.1.1/24", "fd00::1/64"] } }, "guestDhcp"],
  [{ guestDhcp: DHCP, addresses: { cidr: ["10.9.0.150/24"] } }, "guestDhcp"],
  [{ guestDhcp: { from: "10.9.0.9", to: "10.9.0.8" }, addresses: { cidr: ["10.9.0.1/24"] } }, "guestDhcp"],
  [{ guestDhcp: { from: "10.9.0.9", to: "10.9.0.255" }, addresses: { cidr: ["10.9.0.1/24"] } }, "guestDhcp"],
  [{ ports: ["br0"] }, "ports"],
  [{ ports: ["eth0.20", { on: "eth0", vlan: 20 }] }, "ports"],
  [{ ports: ["eth0", { on: "eth0", vlan: 20 }] }, "ports"],
  [{ ports: [{ on: "br0", vlan: 20 }] }, "ports"],
  [{ ports: [{ on: "enx00112233", vlan: 4000 }] }, "ports"],
  [{ ports: [{ on: "eth0", vlan: 20 }], addresses: "inherit" }, "addresses"],
  [{ ports: ["eth0", bondOf({})] }, "ports"],
  [{ ports: [bondOf({}), bondOf({ bond: "bond1", of: ["eth1", "eth2"] })] }, "ports"],
  [{ ports: [bondOf({}), { on: "eth0", vlan: 20 }] }, "ports"],
  [{ ports: [bondOf({}), { on: "bond0", vlan: 20 }] }, "ports"],
  [{ ports: [bondOf({ bond: "br0" })] }, "ports"],
  [{ ports: [bondOf({ of: ["bond0", "eth1"] })] }, "ports"],
  [{ ports: [bondOf({ primary: "eth2" })] }, "ports"],
  [{ ports: [bondOf({ mode: "802.3ad", primary: "eth0" })] }, "ports"],
  [{ ports: [bondOf({ primaryReselect: "better" })] }, "ports"],
  [{ ports: [bondOf({ lacpRate: "fast" })] }, "ports"],
  [{ ports: [bondOf({ minLinks: 2 })] }, "ports"],
  [{ ports: [bondOf({ xmitHashPolicy: "layer3+4" })] }, "ports"],
  [{ ports: [bondOf({ updelayMilliseconds: 150 })] }, "ports"],
  [{ ports: [bondOf({ miimonMilliseconds: 30, downdelayMilliseconds: 100 })] }, "ports"],
  [{ addresses: { cidr: ["fd00::1/64", "FD00:0::1/64"] } }, "addresses.cidr"],
])("%j has a fault at %s", (given, property) => {
  expect(bridgeFaults({ connection, name: "br0", ...given } as BridgeInputs).map((fault) => fault.property)).toEqual([
    property,
  ]);
});

test("the maximum age is between the hello time and the forward delay where there is a spanning tree, and free where there is none", () => {
  const faults = (given: Partial<BridgeInputs>): object[] => bridgeFaults({ connection, name: "br0", ...given });
  expect(faults({ stp: true, maxAgeSeconds: 6 })).toEqual([]);
  expect(faults({ stp: true, maxAgeSeconds: 28 })).toEqual([]);
  expect(faults({ stp: false, maxAgeSeconds: 40, helloTimeSeconds: 10 })).toEqual([]);
  expect(faults({ stp: true, maxAgeSeconds: 29 })).toEqual([
    {
      property: "maxAgeSeconds",
      reason:
        "is 29, but with stp it must be from 6, 2 * (helloTimeSeconds + 1), to 28, 2 * (forwardDelaySeconds - 1).",
    },
  ]);
});

test.each([
  { name: "a-name-too-long-for-a-link" },
  { name: "br0; reboot" },
  { name: "br0", ports: ["eth0 eth1"] },
  { name: "br0", addresses: { cidr: ["10.0.0.1"] } },
  { name: "br0", addresses: "static" },
  { name: "br0", gateway: "gw" },
  { name: "br0", mtu: 12 },
  { name: "br0", maxAgeSeconds: 5 },
  { name: "br0", maxAgeSeconds: 41 },
])("%j is refused", (given) => {
  expect(bridgeInputs.safeParse({ connection, ...given }).success).toBe(false);
});

test.each([
  [{ cidr: ["FD00:0:0::0001/64"] }, { cidr: ["fd00::1/64"] }],
  [
    { cidr: ["198.51.100.7/24", "2001:DB8::a:B/64"], gateway: "2001:0db8::1" },
    { cidr: ["198.51.100.7/24", "2001:db8::a:b/64"], gateway: "2001:db8::1" },
  ],
])("check writes addresses in their normal form: %j", (addresses, normal) => {
  expect(completeBridge({ connection, name: "br0", addresses })).toMatchObject({ addresses: normal });
});

test("another spelling of a name server, and ports in another order, are no change", () => {
  const olds = completeBridge({
    connection,
    name: "br0",
    ports: ["eth0", "eth1"],
    dns: ["fd00::53"],
    addresses: "dhcp",
  });
  const news = completeBridge({
    connection,
    name: "br0",
    ports: ["eth1", "eth0"],
    dns: ["FD00::0:53"],
    addresses: "dhcp",
  });
  expect(bridgeChanges(olds, news)).toEqual([]);
});

test("a secret property is not shown in the plan", () => {
  const olds = completeBridge({ connection, name: "br0", secretProperties: ["dns"], dns: ["198.51.100.53"] });
  const news = completeBridge({ connection, name: "br0", dns: ["198.51.100.54"] });
  expect(bridgeChanges(olds, news).map(({ text }) => text)).toEqual(["dns [secret] -> [secret]"]);
});

test("a secret shows in no text of a creation, a gateway not among the addresses", () => {
  const inputs = completeBridge({
    connection,
    name: "br0",
    ports: ["eth0"],
    addresses: { cidr: ["198.51.100.7/24"] },
    gateway: "198.51.100.1",
    secretProperties: ["ports", "gateway"],
  });
  expect(bridgeCreation(inputs)[0]).toBe("make bridge br0 with [secret], addresses [secret]");
});

test("times are those that the kernel keeps, in hundredths of a second", () => {
  const fine = completeBridge({
    connection,
    name: "br0",
    helloTimeSeconds: 1.234,
    maxAgeSeconds: 7.501,
    ageingSeconds: 299.999,
  });
  expect(fine).toMatchObject({ helloTimeSeconds: 1.23, maxAgeSeconds: 7.5, ageingSeconds: 300 });
});
