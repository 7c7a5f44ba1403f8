/** What bonds that are made for a bridge need of their host, what forbids them, and what harms guests on them. Whole sentences with their remedy. Pure. */
import { type BondMode, type DesiredBond, type PortBond, inOneForm } from "../../host/network/bonds";
import type { Link } from "../../host/network/links";
import type { ObservedNetwork } from "./bridge.observe";
import { bondsIn } from "./bridge.ports";
import type { BridgeInputs } from "./bridge.properties";

/** What the kernel takes with some modes only (bonding.rst). */
const OF_MODES = {
  primary: ["active-backup", "balance-tlb", "balance-alb"],
  primaryReselect: ["active-backup", "balance-tlb", "balance-alb"],
  lacpRate: ["802.3ad"],
  xmitHashPolicy: ["balance-xor", "802.3ad", "balance-tlb"],
  minLinks: ["802.3ad"],
} as const satisfies Partial<Record<keyof PortBond, readonly BondMode[]>>;

/** How often a bond looks for cables where nothing is said: by itself it never would (`miimon` is 0 in the kernel), and use a card without one. */
const MIIMON_MILLISECONDS = 100;

/** Inside of a bond, a value may be unknown still. */
export function completeBond(bond: PortBond): PortBond {
  return inOneForm({ ...bond, miimonMilliseconds: bond.miimonMilliseconds ?? MIIMON_MILLISECONDS });
}

/** Only for known values. */
export function bondFaults(bond: PortBond): string[] {
  const { bond: name, of, mode, primary, primaryReselect, miimonMilliseconds = MIIMON_MILLISECONDS } = bond;
  const { updelayMilliseconds, downdelayMilliseconds } = bond;
  return [
    ...Object.entries(OF_MODES).flatMap(([property, modes]: [string, readonly BondMode[]]) =>
      bond[property as keyof PortBond] === undefined || modes.includes(mode)
        ? []
        : [`has ${property} of ${name}, but its mode is ${mode}: it is for ${modes.join(", ")}. Remove it.`],
    ),
    ...(primary === undefined || of.includes(primary)
      ? []
      : [`has primary ${primary} of ${name}, which is none of its cards ${of.join(", ")}. Name one of them.`]),
    ...(primaryReselect !== undefined && primary === undefined
      ? [`has primaryReselect of ${name}, but no primary. Name one, or remove it.`]
      : []),
    ...Object.entries({ updelayMilliseconds, downdelayMilliseconds }).flatMap(([property, delay]) =>
      delay === undefined || delay % miimonMilliseconds === 0
        ? []
        : [
            `has ${property} ${delay} of ${name}, but the kernel takes multiples of miimonMilliseconds, ${miimonMilliseconds}. Round it.`,
          ],
    ),
  ];
}

/** `grounds`: what the bridge's VLANs stand on. */
export function bondedFaults(bonds: readonly PortBond[], grounds: readonly string[]): string[] {
  return bonds.flatMap(({ bond, of }) =>
    [bond, ...of]
      .filter((link) => grounds.includes(link))
      .map(
        (link) =>
          `has a VLAN on ${link}, which is ${link === bond ? "made for this bridge" : `in ${bond}`}. Remove one of the two.`,
      ),
  );
}

/** Modes that are no use below a bridge with guests, and why (Red Hat's Virtualization Administration Guide, "Bridged Mode", names the others). */
const UNFIT_FOR_GUESTS: Partial<Record<BondMode, string>> = {
  "balance-rr": "packets of one connection arrive out of order, and from several ports of the switch",
  broadcast: "guests get each packet once for each card",
  "balance-tlb": "it writes its cards' hardware addresses into guests' packets",
  "balance-alb": "it writes its cards' hardware addresses into guests' packets",
};

export function bondWarnings({ ports }: BridgeInputs): string[] {
  return bondsIn(ports).flatMap(({ bond, mode }) => {
    const why = UNFIT_FOR_GUESTS[mode];
    return why === undefined
      ? []
      : [`The mode of ${bond} is ${mode}: ${why}. For guests use active-backup, 802.3ad or balance-xor.`];
  });
}

/** Is the link of this name a bond? */
export function isBondLink({ bonds }: Pick<ObservedNetwork, "bonds">, name: string): boolean {
  return bonds.has(name);
}

/** The hardware address that a card has out of its bond. */
export function ownMacOf({ links, bonds }: ObservedNetwork, card: string): string | undefined {
  const link = links.find(({ name }) => name === card);
  return bonds.get(link?.bridge ?? "")?.addresses.get(card) ?? link?.macAddress;
}

/** Is it that of one of its cards? Or that which it has, whosever it was, so long as no other card has it: one that leaves takes its own along. */
export function mayHave(network: ObservedNetwork, { bond, of }: PortBond, macAddress: string): boolean {
  if (of.some((card) => ownMacOf(network, card) === macAddress)) return true;
  const running = network.links.find(({ name }) => name === bond);
  const isAnothers = ({ name, bridgeSettings, under }: Link): boolean =>
    ![bond, ...of].includes(name) &&
    bridgeSettings === undefined &&
    under === undefined &&
    ownMacOf(network, name) === macAddress;
  return isBondLink(network, bond) && running?.macAddress === macAddress && !network.links.some(isAnothers);
}

/** With the bridge's hardware address where it is one of theirs; else with that which they had, or their first card's. */
export function withMacs(
  network: ObservedNetwork,
  { name, ports }: BridgeInputs,
  ofBridge: string | undefined,
): DesiredBond[] {
  const made = network.system.readBridge(network, name)?.bonds ?? [];
  return bondsIn(ports).map((bond) => {
    const had = made.find((other) => other.bond === bond.bond)?.macAddress;
    const [first] = [...bond.of].sort();
    const known = [ofBridge, had].find((mac) => mac !== undefined && mayHave(network, bond, mac));
    const macAddress = known ?? ownMacOf(network, first ?? "");
    return macAddress === undefined ? bond : { ...bond, macAddress };
  });
}
