/**
 * A bond that is made for a bridge: several cards that are one link (bonding.rst of the kernel's documentation). The cards are below the
 * bridge as ports are, and what they had moves to the bridge; the bond itself has nothing of its own. Pure.
 */
/** What the kernel calls them, in the order of its numbers. */
export type BondMode =
  | "balance-rr"
  | "active-backup"
  | "balance-xor"
  | "broadcast"
  | "802.3ad"
  | "balance-tlb"
  | "balance-alb";

export const BOND_MODES = [
  "balance-rr",
  "active-backup",
  "balance-xor",
  "broadcast",
  "802.3ad",
  "balance-tlb",
  "balance-alb",
] as const satisfies readonly BondMode[];
export const RESELECT_POLICIES = ["always", "better", "failure"] as const;
export const LACP_RATES = ["slow", "fast"] as const;
export const HASH_POLICIES = ["layer2", "layer2+3", "layer3+4", "encap2+3", "encap3+4"] as const;

/** A bond that is made for a bridge, and is gone with it. */
export interface PortBond {
  /** What its link is called, such as `bond0`. */
  readonly bond: string;
  /** The cards in it, in any order; one of them may have the host's addresses, which move to the bridge. */
  readonly of: readonly string[];
  /** How it uses its cards: `active-backup`, `802.3ad`, `balance-xor`, `balance-rr`, `broadcast`, `balance-tlb` or `balance-alb`. */
  readonly mode: BondMode;
  /** With `active-backup`, `balance-tlb` and `balance-alb`: the card that is used whenever it works. Default: none, each of them alike. */
  readonly primary?: string | undefined;
  /** When the primary card is used again after it failed: `always`, `better` (where it is faster) or `failure` (of the other one). Default: `always`. */
  readonly primaryReselect?: "always" | "better" | "failure" | undefined;
  /** How often it looks whether its cards have a cable, in milliseconds, 1 to 10000. Default: 100. */
  readonly miimonMilliseconds?: number | undefined;
  /** So long a card must have a cable before it is used, in milliseconds, a multiple of `miimonMilliseconds`. Default: 0. */
  readonly updelayMilliseconds?: number | undefined;
  /** So long a card may be without a cable before another one is used, in milliseconds, a multiple of `miimonMilliseconds`. Default: 0. */
  readonly downdelayMilliseconds?: number | undefined;
  /** With `802.3ad`: how often the switch is to send its messages, `slow` (each 30 seconds) or `fast` (each second). Default: `slow`. */
  readonly lacpRate?: "slow" | "fast" | undefined;
  /** With `802.3ad`, `balance-xor` and `balance-tlb`: by what a card is chosen, `layer2`, `layer2+3`, `layer3+4`, `encap2+3` or `encap3+4`. Default: `layer2`. */
  readonly xmitHashPolicy?: "layer2" | "layer2+3" | "layer3+4" | "encap2+3" | "encap3+4" | undefined;
  /** With `802.3ad`: the number of working cards below which the bond has no carrier, 1 to 255. Default: one is enough. */
  readonly minLinks?: number | undefined;
}

/** With the hardware address that it is to have, that of one of its cards. */
export interface DesiredBond extends PortBond {
  readonly macAddress?: string;
}

/** Of a bridge, what is made of bonds below it. */
interface OnBonds {
  readonly bonds?: readonly DesiredBond[];
}

/** The bond that is made under this name; `undefined`: the port is there without the bridge. */
export function bondOf({ bonds = [] }: OnBonds, port: string): DesiredBond | undefined {
  return bonds.find(({ bond }) => bond === port);
}

/** The cards in bonds that are made. */
export function bondedIn({ bonds = [] }: OnBonds): string[] {
  return bonds.flatMap(({ of }) => of);
}

/** All links for which the bridge's files say something: its ports, and below those the cards in bonds that are made. */
export function linksBelow(desired: OnBonds & { readonly ports: readonly string[] }): string[] {
  return [...desired.ports, ...bondedIn(desired)];
}

/** The bond that a card is put into. */
export function bondWith({ bonds = [] }: OnBonds, card: string): DesiredBond | undefined {
  return bonds.find(({ of }) => of.includes(card));
}

/** What the kernel calls the option of a property, in the form of bonding.rst; what a bond is not given is the kernel's own. */
const OPTIONS = {
  mode: "mode",
  primary: "primary",
  primaryReselect: "primary_reselect",
  miimonMilliseconds: "miimon",
  updelayMilliseconds: "updelay",
  downdelayMilliseconds: "downdelay",
  lacpRate: "lacp_rate",
  xmitHashPolicy: "xmit_hash_policy",
  minLinks: "min_links",
} as const satisfies Partial<Record<keyof PortBond, string>>;

type BondProperty = keyof typeof OPTIONS;
export type BondOption = (typeof OPTIONS)[BondProperty];

const PROPERTIES = Object.keys(OPTIONS) as BondProperty[];

/** The options that are given, in the kernel's words and the order in which it takes them. */
export function bondOptions(bond: PortBond): [BondOption, string][] {
  return PROPERTIES.flatMap((property): [BondOption, string][] => {
    const value = bond[property];
    return value === undefined ? [] : [[OPTIONS[property], String(value)]];
  });
}

/** Reads them back. `undefined`: its mode is none that the kernel has. */
export function bondFrom(
  bond: string,
  of: readonly string[],
  valueOf: (option: BondOption) => string | undefined,
): PortBond | undefined {
  const told = PROPERTIES.flatMap((property): [string, string | number][] => {
    const text = valueOf(OPTIONS[property]);
    if (text === undefined || text === "") return [];
    return [[property, /Milliseconds$|^minLinks$/.test(property) ? Number(text) : text]];
  });
  const settings = Object.fromEntries(told) as Partial<PortBond>;
  const mode = BOND_MODES.find((known) => known === settings.mode);
  return mode === undefined ? undefined : { bond, of, ...settings, mode };
}

/** The same bond as everybody tells it: its cards and what is set in one order. What is unknown stays as it is. */
export function inOneForm(bond: PortBond): PortBond {
  const { bond: name, of, ...rest } = bond;
  const set = PROPERTIES.flatMap((property) => (bond[property] === undefined ? [] : [[property, bond[property]]]));
  return {
    bond: name,
    of: Array.isArray(of) ? [...(of as readonly string[])].sort() : of,
    ...(Object.fromEntries(set) as object),
    ...rest,
  };
}

/** The running bond so far as the files say it: what they do not set is the kernel's own, and no difference. */
export function asWritten(running: PortBond, written: PortBond): PortBond {
  const set = PROPERTIES.filter((property) => written[property] !== undefined);
  const values = set.flatMap((property) => (running[property] === undefined ? [] : [[property, running[property]]]));
  return inOneForm({
    bond: running.bond,
    of: running.of,
    mode: running.mode,
    ...(Object.fromEntries(values) as object),
  });
}

/** By a text that is the same for two bonds of which the same is declared. Its cards may be unknown still. */
export function bondKey(bond: PortBond): string {
  const options = bondOptions(bond).map(([option, value]) => `${option}=${value}`);
  return [
    bond.bond,
    `of=${Array.isArray(bond.of) ? [...(bond.of as readonly string[])].sort().join(",") : String(bond.of)}`,
    ...options,
  ].join(" ");
}
