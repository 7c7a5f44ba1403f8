/**
 * What every network system does alike (provider/host/network/network-system.ts), as a function of the system and of a host's
 * files in its own words. What it does to a running network, test/networks tries.
 */
import fc from "fast-check";
import {
  type DesiredBond,
  HASH_POLICIES,
  LACP_RATES,
  RESELECT_POLICIES,
  bondKey,
} from "../../provider/host/network/bonds";
import type { DesiredBridge } from "../../provider/host/network/desired-bridge";
import type { NetworkConfiguration } from "../../provider/host/network/network-files";
import type { NetworkSystem } from "../../provider/host/network/network-system";
import { desiredBridge } from "../support/desired-bridge";

export interface NetworkSystemCase {
  readonly system: NetworkSystem;
  /** It refuses to make bonds. */
  readonly makesNoBonds?: true;
  /** eth0 has 198.51.100.2/24 and the gateway 198.51.100.1; eth1 has nothing. */
  readonly fixed: NetworkConfiguration;
  /** eth0 asks for a lease. Absent: it takes none over. */
  readonly leased?: NetworkConfiguration;
  /** It can have such a bridge at all: what it cannot have, check refuses. Default: any. */
  readonly canHave?: (desired: DesiredBridge) => boolean;
  /** It makes no bridge that filters VLANs, and refuses one (`unfit`). */
  readonly filtersNone?: true;
}

const trunks = fc.constantFrom<NonNullable<DesiredBridge["trunkVlans"]>>(["2-4094"], [20], [20, "100-199"]);

const anyBond: fc.Arbitrary<DesiredBond> = fc.oneof(
  fc.record(
    {
      bond: fc.constant("bond0"),
      of: fc.constantFrom(["eth0", "eth1"], ["eth1"], ["eth1", "eth2", "eth0"]),
      mode: fc.constantFrom("active-backup" as const, "balance-alb" as const),
      primary: fc.constant("eth1"),
      primaryReselect: fc.constantFrom(...RESELECT_POLICIES),
      miimonMilliseconds: fc.constantFrom(50, 100),
      updelayMilliseconds: fc.constantFrom(0, 200),
      downdelayMilliseconds: fc.constantFrom(0, 300),
      macAddress: fc.constant("52:54:00:00:00:01"),
    },
    { requiredKeys: ["bond", "of", "mode"] },
  ),
  fc.record(
    {
      bond: fc.constant("lan_0"),
      of: fc.constantFrom(["eth0", "eth1"], ["eth0"]),
      mode: fc.constantFrom("802.3ad" as const),
      lacpRate: fc.constantFrom(...LACP_RATES),
      xmitHashPolicy: fc.constantFrom(...HASH_POLICIES),
      minLinks: fc.integer({ min: 1, max: 255 }),
      miimonMilliseconds: fc.constant(100),
    },
    { requiredKeys: ["bond", "of", "mode"] },
  ),
);

const withoutBonds: fc.Arbitrary<DesiredBridge> = fc
  .record(
    {
      ports: fc.constantFrom(["eth0"], ["eth0", "eth1"], ["eth1"], [], ["eth0.20"], ["eth1", "eth0.20", "eth0.7"]),
      addresses: fc.constantFrom<DesiredBridge["addresses"]>(
        "inherit",
        "dhcp",
        "none",
        { cidr: ["198.51.100.7/24"], gateway: "198.51.100.1" },
        { cidr: ["198.51.100.2/24", "2001:db8::7/64"] },
      ),
      stp: fc.boolean(),
      forwardDelaySeconds: fc.integer({ min: 0, max: 30 }),
      helloTimeSeconds: fc.integer({ min: 1, max: 10 }),
      maxAgeSeconds: fc.integer({ min: 6, max: 40 }),
      ageingSeconds: fc.integer({ min: 0, max: 600 }),
      priority: fc.integer({ min: 0, max: 65535 }),
      mtu: fc.integer({ min: 1280, max: 9000 }),
      dns: fc.constantFrom(["198.51.100.53"], ["198.51.100.53", "2001:db8::53"]),
      macAddress: fc.constant("52:54:00:00:00:01"),
      trunkVlans: trunks,
    },
    { requiredKeys: ["ports", "addresses", "stp", "forwardDelaySeconds"] },
  )
  .filter(({ ports, addresses }) => addresses !== "inherit" || ports.some((port) => port === "eth0"))
  // Without ports there is nothing that carries them.
  .map((settings) =>
    settings.trunkVlans === undefined || settings.ports.length > 0 ? settings : { ...settings, trunkVlans: [] },
  )
  .map((settings) => ({ name: "br0", ...settings, ...madeVlans(settings.ports) }));

/** Beside what is in the bond, which is then no port itself. */
const withBonds: fc.Arbitrary<DesiredBridge> = fc
  .tuple(withoutBonds, anyBond)
  .filter(([{ addresses }, { of }]) => addresses !== "inherit" || of.includes("eth0"))
  .map(([desired, bond]) => {
    const beside = desired.ports.filter((port) => !of(bond).includes(port.split(".")[0] ?? ""));
    const { vlans: _vlans, ...rest } = desired;
    return { ...rest, ports: [...beside, bond.bond], ...madeVlans(beside), bonds: [bond] };
  });

const of = (bond: DesiredBond): readonly string[] => bond.of;

/** Those of the ports that are named like one. */
function madeVlans(ports: readonly string[]): Pick<DesiredBridge, "vlans"> {
  const vlans = ports.flatMap((port) => {
    const [on = "", vlan] = port.split(".");
    return vlan === undefined ? [] : [{ on, vlan: Number(vlan) }];
  });
  return vlans.length === 0 ? {} : { vlans };
}

const onVlan = desiredBridge({
  name: "br20",
  ports: ["eth0.20"],
  vlans: [{ on: "eth0", vlan: 20 }],
  addresses: "none",
});

const onBond = desiredBridge({
  ports: ["bond0"],
  bonds: [
    { bond: "bond0", of: ["eth0", "eth1"], mode: "active-backup", primary: "eth0", macAddress: "52:54:00:00:00:01" },
  ],
});

export function networkSystemSuite({
  system,
  fixed,
  leased,
  makesNoBonds,
  filtersNone,
  canHave = () => true,
}: NetworkSystemCase): void {
  const hosts = [fixed, ...(leased === undefined ? [] : [leased])];
  const all = (makesNoBonds === true ? withoutBonds : fc.oneof(withoutBonds, withBonds)).filter(canHave);
  const bridges =
    filtersNone === undefined ? all : all.map(({ trunkVlans: _none, ...bridge }): DesiredBridge => bridge);
  const written = (now: NetworkConfiguration, desired: DesiredBridge): NetworkConfiguration => ({
    ...now,
    files: system.withBridge(now, desired),
  });
  const normal = ({ files }: NetworkConfiguration): [string, string][] =>
    [...files].map(([path, text]): [string, string] => [path, system.inNormalForm(text)]).sort();
  const always = (holds: (desired: DesiredBridge, now: NetworkConfiguration) => void): void =>
    fc.assert(fc.property(bridges, fc.constantFrom(...hosts), holds), { numRuns: 300 });

  test("gives back, byte for byte, what was there before the bridge", () => {
    always((desired, now) => {
      const files = system.withoutBridge(written(now, desired).files, "br0");
      expect(new Map(files)).toEqual(new Map(now.files));
    });
  });

  test("finds its own bridge in the files and none in those without it", () => {
    always((desired, now) => {
      expect(system.holdsBridge(now.files, "br0")).toBe(false);
      expect(system.readBridge(now, "br0")).toBeUndefined();
      expect(system.holdsBridge(written(now, desired).files, "br0")).toBe(true);
      expect(system.holdsBridge(written(now, desired).files, "br")).toBe(false);
    });
  });

  test("reads back what it has written", () => {
    always((desired, now) => {
      const { addresses, inherits, ports, vlans, bonds, ...read } = system.readBridge(written(now, desired), "br0") ?? {
        addresses: undefined,
        inherits: false,
        ports: [],
      };
      const { name: _name, addresses: wanted, ports: wantedPorts, ...more } = desired;
      const { vlans: wantedVlans = [], bonds: wantedBonds = [], ...settings } = more;
      expect(read).toEqual(settings);
      expect(new Set(vlans)).toEqual(new Set(wantedVlans));
      const told = (each: readonly DesiredBond[] = []): string[] =>
        each.map((bond) => `${bondKey(bond)} ${bond.macAddress ?? ""}`);
      expect(told(bonds)).toEqual(told(wantedBonds));
      expect([...ports].sort()).toEqual([...wantedPorts].sort());
      if (wanted === "inherit") expect(inherits).toBe(true);
      else expect(addresses).toEqual(wanted);
    });
  });

  test("writes the same again, and what another program wanted before leaves no trace", () => {
    fc.assert(
      fc.property(bridges, bridges, fc.constantFrom(...hosts), (first, second, now) => {
        const once = written(now, second);
        expect(normal(written(once, second))).toEqual(normal(once));
        expect(normal(written(written(now, first), second))).toEqual(normal(once));
      }),
      { numRuns: 300 },
    );
  });

  test("what a running bridge takes by itself is all that its settings change", () => {
    fc.assert(
      fc.property(bridges, bridges, (desired, other) => {
        const { stp, forwardDelaySeconds, priority, mtu } = other;
        const { mtu: _mtu, priority: _priority, ...rest } = desired;
        const set = {
          ...rest,
          stp,
          forwardDelaySeconds,
          ...(priority === undefined ? {} : { priority }),
          ...(mtu === undefined ? {} : { mtu }),
          // Whether it filters at all is no setting; what its ports carry is.
          ...(desired.trunkVlans === undefined || other.trunkVlans === undefined || desired.ports.length === 0
            ? {}
            : { trunkVlans: other.ports.length === 0 ? [20] : other.trunkVlans }),
        };
        const bare = (wanted: DesiredBridge): [string, string][] =>
          [...system.withBridge(fixed, wanted)].map(([path, text]): [string, string] => [
            path,
            system.inNormalForm(system.withoutSettings(text)),
          ]);
        expect(bare(set)).toEqual(bare(desired));
        const moved = { ...desired, addresses: { cidr: ["203.0.113.9/24"] } };
        expect(bare(moved)).not.toEqual(bare(desired));
      }),
      { numRuns: 300 },
    );
  });

  test("tells the bridge's addresses from the files", () => {
    const inherited = desiredBridge();
    const addressesWith = (now: NetworkConfiguration, addresses: DesiredBridge["addresses"]): object =>
      system.addressesIn(system.withBridge(now, { ...inherited, addresses }), "br0");
    expect(addressesWith(fixed, "inherit")).toEqual({ fixed: ["198.51.100.2/24"], isLeased: false });
    expect(addressesWith(fixed, "none")).toEqual({ fixed: [], isLeased: false });
    const declared = { cidr: ["203.0.113.9/24"] };
    for (const now of hosts) expect(addressesWith(now, declared)).toEqual({ fixed: declared.cidr, isLeased: false });
    if (leased === undefined) return;
    expect(addressesWith(leased, "inherit")).toEqual({ fixed: [], isLeased: true });
    expect(addressesWith(fixed, "dhcp")).toEqual({ fixed: [], isLeased: true });
  });

  test("finds no fault with a plain host, whether the bridge is there already or not", () => {
    const desired = desiredBridge();
    for (const now of hosts) {
      expect(system.faults(now, desired)).toEqual([]);
      expect(system.faults(written(now, desired), desired)).toEqual([]);
    }
  });

  test("refuses to inherit from a port that has no addresses", () => {
    const desired = desiredBridge({ ports: ["eth1"] });
    expect(system.faults(fixed, desired)).toEqual([expect.stringMatching(/eth1.*addresses.*br0 could inherit/)]);
  });

  test("tells what the files give a port, also when the bridge has taken it over", () => {
    const desired = desiredBridge();
    for (const now of [fixed, written(fixed, desired)]) {
      const gives = system.gives(now, "eth0", "br0");
      expect([gives.fixed, gives.isLeased]).toEqual([["198.51.100.2/24"], false]);
      const route = { to: "default", links: ["eth0"], table: "main", protocol: "static" };
      expect(gives.hasRoute({ ...route, via: "198.51.100.1" })).toBe(true);
      // What no file has to give, all of it moves.
      const isAnyGiven = system.lastsUntilBoot === true;
      expect(gives.hasRoute({ ...route, to: "172.16.0.0/12", via: "198.51.100.1" })).toBe(isAnyGiven);
    }
    if (leased !== undefined) expect(system.gives(leased, "eth0", "br0").isLeased).toBe(true);
  });

  if (!canHave(onVlan)) return;

  test("makes a VLAN for a bridge and leaves the card that it stands on its addresses", () => {
    for (const now of hosts) {
      const made = written(now, onVlan);
      const { gives } = system;
      for (const each of [now, made])
        expect(gives(each, "eth0", "br20")).toMatchObject({
          fixed: now === fixed ? ["198.51.100.2/24"] : [],
          isLeased: now === leased,
        });
      for (const [path, text] of now.files) expect(made.files.get(path)).toContain(text);
      expect(system.faults(now, onVlan)).toEqual([]);
      expect(system.faults(made, onVlan)).toEqual([]);
    }
  });

  test("refuses to make a VLAN that the host's own files make", () => {
    const others = written(fixed, onVlan);
    expect(system.faults(others, desiredBridge({ ...onVlan, name: "br21" }))).toContainEqual(
      expect.stringMatching(/configures eth0\.20 already\. Name it in ports as text, "eth0\.20", or take it out/),
    );
  });

  if (makesNoBonds === true) {
    test("refuses to make a bond, and says what to do", () => {
      expect(system.unfit(new Map(), onBond)).toContainEqual(expect.stringMatching(/bond0 .*name it in ports as text/));
    });
    return;
  }

  test("puts cards into a bond, which becomes the port, and the bridge inherits the addresses of one of them", () => {
    for (const now of hosts) {
      const made = written(now, onBond);
      expect(system.addressesIn(made.files, "br0")).toEqual(system.addressesIn(now.files, "eth0"));
      // What the card is given without the bridge is known still.
      expect(system.gives(made, "eth0", "br0")).toMatchObject({
        fixed: now === fixed ? ["198.51.100.2/24"] : [],
        isLeased: now === leased,
      });
      expect(system.faults(now, onBond)).toEqual([]);
      expect(system.faults(made, onBond)).toEqual([]);
    }
  });

  test("refuses a bond that the host's own files make, and to inherit from cards without addresses", () => {
    const others = written(fixed, { ...onBond, name: "br1" });
    expect(system.faults(others, onBond)).toContainEqual(
      expect.stringMatching(/configures bond0 already\. Name it in ports as text, "bond0", or take it out/),
    );
    const [bond] = onBond.bonds ?? [];
    const without = { ...onBond, bonds: [{ ...bond, bond: "bond0", of: ["eth1"], mode: "802.3ad" as const }] };
    expect(system.faults(fixed, without)).toEqual([expect.stringMatching(/eth1.*addresses.*br0 could inherit/)]);
  });
}
