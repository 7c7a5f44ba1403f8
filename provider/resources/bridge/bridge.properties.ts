/** What a Bridge is declared with and what it tells: one entry for each property. Pure. */
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { address, addressWithPrefix } from "../address";
import { BOND_MODES, HASH_POLICIES, LACP_RATES, RESELECT_POLICIES } from "../../host/network/bonds";
import type { BridgeAddresses } from "../../host/network/desired-bridge";
import { ALL_VLANS, type VlanRange } from "../../host/network/vlans";
import { vlanRange } from "../vlans";
import type { GuestDhcp } from "../../host/network/guest-dhcp";
import { type ChangeRule, type Property, UNKNOWN, UNSEEN, type ValuesOf, isUnknown, schemaOf } from "../../property";
import type { CommonInputs } from "../../pulumi";
import { type Connection, connectionSchema } from "../../remote/connection/connection";
import { type BridgePort, isSamePorts, portName, vlansIn } from "./bridge.ports";

/** A bridge on its host, as a value: observed, or as saved inputs would have made it (bridge.observe.ts). */
export interface SeenBridge {
  readonly name: string;
  readonly members: readonly BridgePort[];
  /** Those of them that are guests' vifs. One that is declared as a port is a port nevertheless. */
  readonly guests: readonly string[];
  /** All that describe its addresses: what a port hands down may also be said in figures. The first is the one to show. */
  readonly addresses: readonly BridgeAddresses[] | typeof UNSEEN;
  readonly dns: readonly string[] | undefined | typeof UNSEEN;
  readonly stp: boolean | undefined;
  readonly forwardDelaySeconds: number | undefined;
  /** `undefined` where nobody has set them: then they are the host's own. */
  readonly helloTimeSeconds: number | undefined;
  readonly maxAgeSeconds: number | undefined;
  readonly ageingSeconds: number | undefined;
  readonly priority: number | undefined;
  readonly mtu: number | undefined;
  readonly vlanFiltering: boolean | undefined;
  /** `undefined`: it filters none, or has no ports. Of ports that differ, one that is not as declared. */
  readonly trunkVlans: readonly VlanRange[] | undefined | typeof UNSEEN;
  /** `part`: some of it is there. */
  readonly nat: boolean | "part" | undefined;
  /** `isWhole`: it runs and gives just that. */
  readonly guestDhcp: { readonly given: GuestDhcp; readonly isWhole: boolean } | undefined;
  readonly persistent: boolean | undefined | typeof UNSEEN;
  /** The saved inputs, of an object that they made: for what no host shows. */
  readonly declared: { readonly gateway?: string | undefined; readonly adopt?: boolean | undefined } | undefined;
}

/** What the rules of entries need of the other properties. */
interface BridgeShall {
  readonly ports?: readonly BridgePort[] | undefined;
  readonly addresses?: BridgeAddresses | undefined;
  readonly stp?: boolean | undefined;
  readonly vlanFiltering?: boolean | undefined;
  readonly nat?: boolean | undefined;
  readonly guestDhcp?: GuestDhcp | undefined;
}

/** `set`: on the running bridge. `relink`: its links go down and come up again. */
export type BridgeStep = "set" | "relink";

const property = <V>(entry: Property<V, SeenBridge, BridgeShall, BridgeStep>): typeof entry => entry;

const setLive: ChangeRule<unknown, SeenBridge, BridgeShall, BridgeStep> = {
  says: "live, no link goes down",
  outcome: () => ({ effect: "live", steps: ["set"] }),
};
const relink: ChangeRule<unknown, SeenBridge, BridgeShall, BridgeStep> = {
  says: "live, its links go down and come up again",
  outcome: () => ({ effect: "live", steps: ["relink"] }),
};

const linkName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_.-]{0,14}$/, "must be a link's name of at most 15 letters, digits and _ . -");

const cardName = z
  .string({ error: "must be the name of the link that the VLAN stands on, such as eth0" })
  .regex(
    /^[A-Za-z][A-Za-z0-9_-]{0,12}$/,
    "must be a link's name of letters, digits and _ -. A VLAN on a VLAN is the host's to make: name it as text",
  );

const bondName = z
  .string({ error: "must be a name for the bond on its host, such as bond0" })
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,14}$/, "must be a bond's name of at most 15 letters, digits, _ and -");

const delay = z.int({ error: "must be a whole number of milliseconds" });

const port: z.ZodType<BridgePort> = z.union(
  [
    linkName,
    z.strictObject({
      on: cardName,
      vlan: z.int({ error: "must be a VLAN's number, 1 to 4094" }).min(1).max(4094),
    }),
    z.strictObject({
      bond: bondName,
      of: z.array(linkName, { error: 'must be the bond\'s cards, such as ["eth0", "eth1"]' }).min(1),
      mode: z.enum(BOND_MODES, { error: `must be a mode of a bond: ${BOND_MODES.join(", ")}` }),
      primary: linkName.optional(),
      primaryReselect: z.enum(RESELECT_POLICIES).optional(),
      miimonMilliseconds: delay.min(1).max(10_000).optional(),
      updelayMilliseconds: delay.min(0).max(65_535).optional(),
      downdelayMilliseconds: delay.min(0).max(65_535).optional(),
      lacpRate: z.enum(LACP_RATES).optional(),
      xmitHashPolicy: z.enum(HASH_POLICIES).optional(),
      minLinks: z.int().min(1).max(255).optional(),
    }),
  ],
  {
    error:
      'must be a link\'s name of at most 15 letters, digits and _ . -, or { on: "eth0", vlan: 20 }, or { bond: "bond0", of: ["eth0", "eth1"], mode: "active-backup" }',
  },
);

const bridgeName = z
  .string({ error: "must be a name for the bridge on its host, such as br0" })
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,14}$/, "must be a bridge's name of at most 15 letters, digits, _ and -");

const addresses: z.ZodType<BridgeAddresses> = z.union(
  [
    z.enum(["inherit", "dhcp", "none"]),
    z.strictObject({ cidr: z.array(addressWithPrefix).min(1), gateway: address.optional() }),
  ],
  { error: 'must be "inherit", "dhcp", "none" or { cidr: ["198.51.100.7/24"] }' },
);

const ipv4 = z.ipv4({ error: "must be an IPv4 address, such as 10.9.0.100" });

const guestDhcp: z.ZodType<GuestDhcp> = z.strictObject(
  {
    from: ipv4,
    to: ipv4,
    leaseSeconds: z.int({ error: "must be a whole number of seconds" }).min(120).max(31_536_000).optional(),
    dns: z.array(ipv4).optional(),
  },
  { error: 'must be { from: "10.9.0.100", to: "10.9.0.199" }' },
);

/** A VLAN that is made for the bridge has no addresses. */
function mayInherit(ports: readonly BridgePort[]): BridgeAddresses {
  if (ports.length === vlansIn(ports).length) return "none";
  return ports.every(isUnknown) ? (UNKNOWN as "none") : "inherit";
}

/** The kernel keeps times in hundredths of a second. */
const isSameTime = (a: number | undefined, b: number | undefined): boolean =>
  typeof a === "number" && typeof b === "number" ? Math.round(a * 100) === Math.round(b * 100) : a === b;

export const bridgeTable = {
  /** The bridge's name on the host, such as `br0`, which guests' vifs name too: at most 15 letters, digits, `_` and `-`. */
  name: property({
    type: bridgeName,
    is: ({ name }) => name,
    change: { says: "replace", outcome: () => ({ effect: "replace" }) },
  }),
  /**
   * The host's links that become its ports, such as `["eth0"]`, in any order; `{ on: "eth0", vlan: 20 }` makes the VLAN `eth0.20` for this bridge, and
   * `{ bond: "bond0", of: ["eth0", "eth1"], mode: "active-backup" }` a bond of cards. Without one it is a network of the guests and the host alone.
   */
  ports: property<readonly BridgePort[]>({
    type: z.array(port),
    default: [],
    defaultSays: "none",
    is: ({ members, guests }, { ports }) =>
      members.filter(
        (member) => !guests.includes(portName(member)) || (Array.isArray(ports) && ports.includes(member)),
      ),
    same: (a, b) => (Array.isArray(a) && Array.isArray(b) ? isSamePorts(a, b) : a === b),
    change: relink,
  }),
  /** The host's addresses on it: `inherit` (those of the port), `none`, `dhcp`, or `{ cidr: ["198.51.100.7/24"], gateway }`. */
  addresses: property<BridgeAddresses>({
    type: addresses,
    default: ({ ports }) => (isUnknown(ports) ? (UNKNOWN as "none") : mayInherit(ports ?? [])),
    defaultSays: "`inherit` with ports that are there, else `none`",
    is: (bridge, shall) =>
      bridge.addresses === UNSEEN
        ? UNSEEN
        : (bridge.addresses.find((form) => isDeepStrictEqual(form, shall.addresses)) ?? bridge.addresses[0]),
    change: relink,
  }),
  /** The default gateway of static addresses, an IP address; the same as `addresses.gateway`, where check moves it. */
  gateway: property<string>({
    type: address,
    is: ({ declared }) => (declared === undefined ? UNSEEN : declared.gateway),
    change: relink,
  }),
  /** The host's name servers while the bridge is up, as IP addresses; ifupdown, ifupdown2 and ifupdown-ng need the package resolvconf for them, networkd systemd-resolved. */
  dns: property<readonly string[]>({
    type: z.array(address),
    is: ({ dns }) => dns,
    change: relink,
  }),
  /** `true`: it takes part in the spanning tree protocol, against loops of cables. */
  stp: property<boolean>({ type: z.boolean(), default: false, is: ({ stp }) => stp, change: setLive }),
  /** How long a port listens before it forwards, in seconds, 0 to 30; 0: the bridge is up at once. With `stp` at least 2. */
  forwardDelaySeconds: property<number>({
    type: z.number().min(0).max(30),
    default: ({ stp }) => (isUnknown(stp) ? (UNKNOWN as unknown as number) : stp === true ? 15 : 0),
    defaultSays: "0, with `stp` 15",
    is: ({ forwardDelaySeconds }) => forwardDelaySeconds,
    same: isSameTime,
    change: setLive,
  }),
  /** The time between two messages of the spanning tree, in seconds, 1 to 10. */
  helloTimeSeconds: property<number>({
    type: z.number().min(1).max(10),
    defaultSays: "what the host has",
    is: ({ helloTimeSeconds }) => helloTimeSeconds,
    same: isSameTime,
    change: setLive,
  }),
  /** So long the last message of the spanning tree counts, in seconds, 6 to 40: with `stp` between 2 * (hello time + 1) and 2 * (forward delay - 1). */
  maxAgeSeconds: property<number>({
    type: z.number().min(6).max(40),
    defaultSays: "what the host has",
    is: ({ maxAgeSeconds }) => maxAgeSeconds,
    same: isSameTime,
    change: setLive,
  }),
  /** After this time a hardware address that was not heard is forgotten, in seconds, 0 to 1000000. */
  ageingSeconds: property<number>({
    type: z.number().min(0).max(1000000),
    defaultSays: "what the host has",
    is: ({ ageingSeconds }) => ageingSeconds,
    same: isSameTime,
    change: setLive,
  }),
  /** Its priority when the spanning tree elects its root bridge, a number from 0 to 65535: the lower, the likelier. */
  priority: property<number>({
    type: z.int().min(0).max(65535),
    defaultSays: "what the host has",
    is: ({ priority }) => priority,
    change: setLive,
  }),
  /** The longest packet of the bridge and its ports (MTU), in bytes, 68 to 65535. */
  mtu: property<number>({
    type: z.int().min(68).max(65535),
    defaultSays: "what they have",
    is: ({ mtu }) => mtu,
    change: setLive,
  }),
  /**
   * `true`: it filters VLANs, so that guests' vifs can be in some of them (`vlans` of a vif). The host, and guests without `vlans`, stay in the network of packets without a
   * tag, which is VLAN 1 inside of the bridge.
   */
  vlanFiltering: property<boolean>({
    type: z.boolean(),
    default: false,
    is: ({ vlanFiltering }) => vlanFiltering,
    change: relink,
  }),
  /** With `vlanFiltering`: the VLANs that the ports carry with their tags, such as `[20, "100-199"]`. */
  trunkVlans: property<readonly VlanRange[]>({
    type: z.array(vlanRange),
    default: ({ vlanFiltering, ports }) =>
      vlanFiltering === true && !isUnknown(ports) && (ports ?? []).length > 0 ? ALL_VLANS : undefined,
    defaultSays: "all, 2 to 4094",
    is: ({ trunkVlans }) => trunkVlans,
    change: setLive,
  }),
  /** `true`: guests reach the outside by the host's own addresses. For a bridge without ports, with a static IPv4 address; needs nft. */
  nat: property<boolean>({
    type: z.boolean(),
    default: false,
    is: ({ nat }, shall) => (nat === "part" ? shall.nat !== true : nat),
    change: setLive,
  }),
  /**
   * The host gives guests their IPv4 addresses by dnsmasq: `{ from: "10.9.0.100", to: "10.9.0.199", leaseSeconds, dns }`. For a bridge without ports,
   * with a static address of the same network.
   */
  guestDhcp: property<GuestDhcp>({
    type: guestDhcp,
    defaultSays: "none: guests have fixed addresses",
    is: ({ guestDhcp: seen }, shall) =>
      seen === undefined || seen.isWhole || shall.guestDhcp === undefined ? seen?.given : undefined,
    change: setLive,
  }),
  /**
   * `false`: it lasts until the host's next boot, which brings the old network back, and stands in no file of the host: for hosts whose
   * network files we do not know, or are to leave alone. An `up` makes it again.
   */
  persistent: property<boolean>({
    type: z.boolean(),
    default: true,
    is: ({ persistent }) => persistent,
    same: (a, b) => (a ?? true) === (b ?? true),
    change: {
      says: "live, its links go down and come up again",
      outcome: ({ to }) => ({
        effect: "live",
        steps: ["relink"],
        ...(to === false ? { note: "the next boot of the host takes it away" } : {}),
      }),
    },
  }),
  /** A bridge of this name that is there already is used as it is, never changed, and left behind by delete. */
  adopt: property({
    type: z.boolean(),
    default: false,
    is: ({ declared }) => (declared === undefined ? UNSEEN : declared.adopt),
    change: { says: "none", outcome: () => ({ effect: "none" }) },
  }),
} as const;

export interface BridgeInputs extends CommonInputs, ValuesOf<typeof bridgeTable> {
  readonly connection: Connection;
  readonly name: string;
}

export const bridgeInputs = schemaOf({ connection: { type: connectionSchema }, ...bridgeTable }, [
  "connection",
  "name",
]);

/** `drifted`: the host is no longer as it was made. */
type BridgePhase = "applying" | "ready" | "drifted";

export interface BridgeOutputs {
  readonly machineId: string;
  /** Of the claim on the host; absent while none is known. */
  readonly claimId?: string;
  readonly phase: BridgePhase;
  readonly macAddress: string;
  /** What it has now, with prefix lengths; those learnt from router advertisements are left out. */
  readonly currentAddresses: readonly string[];
  /** Its ports now, without guests' vifs. */
  readonly members: readonly string[];
  /** It was there before us: deleting leaves it as it is. */
  readonly isAdopted: boolean;
  /** What may harm its guests. Whole sentences with their remedy. */
  readonly warnings: readonly string[];
}
