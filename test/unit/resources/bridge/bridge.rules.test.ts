import { UNKNOWN } from "../../../../provider/property";
import { faultsOf } from "../../../../provider/pulumi/check-failures";
import { bridgeChanges } from "../../../../provider/resources/bridge/bridge.findings";
import { type BridgeInputs, bridgeInputs } from "../../../../provider/resources/bridge/bridge.properties";
import { bridgeCreation, bridgeFaults, completeBridge } from "../../../../provider/resources/bridge/bridge.rules";

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
