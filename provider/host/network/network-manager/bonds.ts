/** Bonds that are made for a bridge with NetworkManager: a profile of the bond, which its cards' profiles name (nm-settings-keyfile(5)). Pure. */
import { type DesiredBond, bondFrom, bondOptions } from "../bonds";
import { given } from "../desired-bridge";
import { type Section, valueOf } from "../sections-file";

/** Its options are the kernel's. */
export function bondSection(bond: DesiredBond): Section {
  return { name: "bond", settings: bondOptions(bond).map(([key, value]) => ({ key, value })) };
}

/** Is it the profile of a bond's card? */
export function isBonded(profile: readonly Section[]): boolean {
  return valueOf(profile, "connection", "slave-type") === "bond";
}

/** `links`: those for which there is a profile of ours. */
export function bondsIn(links: ReadonlyMap<string, readonly Section[]>): DesiredBond[] | undefined {
  const bonds = [...links].flatMap(([name, profile]): DesiredBond[] => {
    if (valueOf(profile, "connection", "type") !== "bond") return [];
    const of = [...links].flatMap(([card, own]) =>
      isBonded(own) && valueOf(own, "connection", "master") === name ? [card] : [],
    );
    const bond = bondFrom(name, of, (option) => valueOf(profile, "bond", option));
    const macAddress = valueOf(profile, "ethernet", "cloned-mac-address");
    return bond === undefined ? [] : [{ ...bond, ...given("macAddress", macAddress) }];
  });
  return bonds.length === 0 ? undefined : bonds;
}
