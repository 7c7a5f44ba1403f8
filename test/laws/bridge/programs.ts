/** Random programs of a bridge, as the constructor sends them, and edits of them, spellings that mean the same among them. */
import * as fc from "fast-check";
import { ipv4NetworkOf, isInNetwork, normalCidr } from "../../../provider/host/network/addresses";
import { guestDhcpFaults } from "../../../provider/host/network/guest-dhcp";
import type { VlanRange } from "../../../provider/host/network/vlans";
import type { BridgeAddresses, PortVlan } from "../../../provider/host/network/desired-bridge";
import { type BridgePort, bondsIn, cardsIn, portName, vlansIn } from "../../../provider/resources/bridge/bridge.ports";
import type { BridgeInputs } from "../../../provider/resources/bridge/bridge.properties";
import { type Edit, type Editable, afterEdit, editsOf } from "../edits";

const of = <const T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

const ports = of<BridgePort>(
  "eth0",
  "eth1",
  "tap0",
  { on: "eth0", vlan: 20 },
  { on: "eth1", vlan: 20 },
  { bond: "bond0", of: ["eth0", "eth1"], mode: "active-backup", primary: "eth0" },
  { bond: "bond0", of: ["eth1", "eth0"], mode: "active-backup", miimonMilliseconds: 100 },
  { bond: "bond0", of: ["eth1"], mode: "802.3ad", lacpRate: "fast", minLinks: 1, updelayMilliseconds: 200 },
);
const servers = of("198.51.100.53", "FD00::53", "fd00::0:53");
const times = of(1, 2, 2.5, 1.23, 1.234, 4);
const statics = fc.record(
  {
    cidr: fc.uniqueArray(
      of(
        "198.51.100.7/24",
        "198.51.100.8/25",
        "FD00::0001/64",
        "fd00::1/64",
        "fd00:0:0::B/48",
        "::ffff:198.51.100.9/120",
      ),
      { minLength: 1, maxLength: 3 },
    ),
    gateway: of("198.51.100.1", "FD00::00fe"),
  },
  { requiredKeys: ["cidr"] },
);

const dhcps = fc.record(
  {
    from: of("198.51.100.100", "198.51.100.120", "10.9.0.100"),
    to: of("198.51.100.120", "198.51.100.126"),
    leaseSeconds: of(120, 3600, 86400),
    dns: fc.uniqueArray(of("198.51.100.53", "9.9.9.9"), { maxLength: 2 }),
  },
  { requiredKeys: ["from", "to"] },
);

const bridge: Editable<BridgeInputs, "ports" | "dns"> = {
  values: {
    name: of("br0", "br0", "br1"),
    ports: fc.uniqueArray(ports, { maxLength: 3 }),
    addresses: fc.oneof(of<BridgeAddresses>("inherit", "dhcp", "none"), statics),
    gateway: of("198.51.100.1", "fd00::fe"),
    dns: fc.uniqueArray(servers, { maxLength: 2 }),
    stp: fc.boolean(),
    forwardDelaySeconds: of(0, 2, 4, 15),
    helloTimeSeconds: times,
    maxAgeSeconds: of(6, 7.5, 20, 28),
    ageingSeconds: of(0, 7.5, 300),
    priority: of(7, 32768),
    mtu: of(1400, 1500, 9000),
    vlanFiltering: fc.boolean(),
    trunkVlans: of<readonly VlanRange[]>([20], ["2-4094"], [30, 20, 21], ["20-21", 30], ["2-99", "100-4094"], []),
    nat: fc.boolean(),
    guestDhcp: dhcps,
    persistent: fc.boolean(),
    adopt: fc.boolean(),
    secretProperties: fc.subarray(["name", "ports", "addresses", "dns", "gateway", "mtu"]),
  },
  required: ["name"],
  lists: { ports: { entries: ports }, dns: { entries: servers } },
  settled,
};

export const edits: fc.Arbitrary<Edit<"ports" | "dns">> = editsOf(bridge);

export function edited(program: BridgeInputs, edit: Edit<"ports" | "dns">): BridgeInputs {
  return afterEdit(bridge, program, edit);
}

export const programs: fc.Arbitrary<BridgeInputs> = fc
  .record(bridge.values as Record<keyof BridgeInputs, fc.Arbitrary<never>>, { requiredKeys: ["name"] })
  .map((values) => settled({ ...values, connection: { host: "198.51.100.7" }, owner: "shop/prod::Bridge::lan" }));

/** An edit of an entry may have made one of two kinds, or a bond whose options are another mode's. */
function settledPort(port: BridgePort): BridgePort {
  const [vlan, bond] = [vlansIn([port])[0], bondsIn([port])[0]];
  if (vlan !== undefined && "on" in vlan) return { on: vlan.on, vlan: vlan.vlan };
  if (bond === undefined) return port;
  const { lacpRate, minLinks, primary, ...common } = bond;
  const ofMode = bond.mode === "802.3ad" ? { lacpRate, minLinks } : bond.of.includes(primary ?? "") ? { primary } : {};
  return { ...common, ...ofMode };
}

/** What the rules forbid is taken out, and what the host could not have: of its links only eth0 has addresses. */
function settled(given: BridgeInputs): BridgeInputs {
  const program = { ...given } as { -readonly [K in keyof BridgeInputs]: BridgeInputs[K] };
  if (program.ports !== undefined) {
    const all = program.ports
      .map(settledPort)
      .filter((port, at, list) => list.findIndex((other) => portName(other) === portName(port)) === at);
    const bonded = bondsIn(all).flatMap((bond) => bond.of);
    const cards = all.filter((port) => typeof port === "string" && !bonded.includes(port));
    const vlans = vlansIn(all).filter(({ on }) => !bonded.includes(on) && !cards.includes(on));
    program.ports = all.filter(
      (port) => cards.includes(port) || bondsIn([port]).length > 0 || vlans.includes(port as PortVlan),
    );
  }
  const makes = vlansIn(program.ports).length > 0 || bondsIn(program.ports).length > 0;
  if (program.adopt === true || makes || program.vlanFiltering === true) delete program.persistent;
  // What eth0 has is taken along, or the host refuses: nobody would bring it back before the next boot.
  if ((program.addresses ?? "inherit") !== "inherit" && cardsIn(program.ports).includes("eth0"))
    delete program.persistent;
  if (program.persistent === false) delete program.dns;
  if (program.persistent === false && program.addresses === "dhcp") program.addresses = "none";
  const { ports: links = [] } = program;
  const { addresses = vlansIn(links).length === links.length ? "none" : "inherit" } = program;
  if (addresses === "inherit" && !cardsIn(links).includes("eth0")) program.addresses = "none";
  if (addresses === "dhcp" && links.length === 0) program.addresses = "none";
  if (typeof addresses === "object") {
    const cidr = addresses.cidr.filter(
      (address, at) => addresses.cidr.findIndex((other) => normalCidr(other) === normalCidr(address)) === at,
    );
    const isOfFamily = (hop: string | undefined): hop is string =>
      hop !== undefined &&
      cidr.some((address) =>
        program.persistent === false ? isInNetwork(hop, address) : address.includes(":") === hop.includes(":"),
      );
    program.addresses = { cidr, ...(isOfFamily(addresses.gateway) ? { gateway: addresses.gateway } : {}) };
    if (!isOfFamily(program.gateway)) delete program.gateway;
  } else delete program.gateway;
  if (program.stp === true && (program.forwardDelaySeconds ?? 15) < 2) delete program.forwardDelaySeconds;
  if (program.stp === true) {
    const { maxAgeSeconds = 20, helloTimeSeconds = 2, forwardDelaySeconds = 15 } = program;
    if (maxAgeSeconds < 2 * (helloTimeSeconds + 1) || maxAgeSeconds > 2 * (forwardDelaySeconds - 1))
      delete program.maxAgeSeconds;
  }
  // A VLAN takes no longer packets than its card.
  if (vlansIn(links).length > 0 && (program.mtu ?? 0) > 1500) delete program.mtu;
  if (program.vlanFiltering !== true || links.length === 0) delete program.trunkVlans;
  const hasNetwork = typeof addresses === "object" && addresses.cidr.some((cidr) => ipv4NetworkOf(cidr) !== undefined);
  if (links.length > 0 || program.adopt === true || !hasNetwork) delete program.nat;
  const cidrs = typeof program.addresses === "object" ? program.addresses.cidr : [];
  if (links.length > 0 || program.adopt === true || !hasNetwork) delete program.guestDhcp;
  else if (program.guestDhcp !== undefined && guestDhcpFaults(program.guestDhcp, cidrs).length > 0)
    delete program.guestDhcp;
  return program;
}
