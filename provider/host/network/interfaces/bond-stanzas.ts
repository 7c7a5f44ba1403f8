/** A bond that is made for a bridge, as files of interfaces(5) say it: rendered, read back, and what stands in its way. Pure. */
import { type BondOption, type DesiredBond, bondFrom, bondOptions, bondedIn } from "../bonds";
import { type DesiredBridge, given, isMadeBy } from "../desired-bridge";
import type { NetworkFiles } from "../network-files";
import { type Dialect, type PortLine, valueOf } from "./dialect";
import { allStanzas, stanzasOf } from "./interfaces-file";

/** Before the bridge's own lines: they are brought up in their order. `mtu`: where it is to have another than a link has by itself. */
export function bondStanza({ bond: words }: Dialect, bond: DesiredBond, mtu: number | undefined): string {
  const { bond: name, of, macAddress } = bond;
  const { cardsOption, head = [], byIp } = words;
  const options = bondOptions(bond);
  const isByIp = ([option]: [BondOption, string]): boolean => byIp?.has(option) === true;
  const lines = [
    ...head,
    `${cardsOption} ${[...of].sort().join(" ")}`,
    ...options.filter((each) => !isByIp(each)).map(([option, value]) => `${named(option)} ${value}`),
    ...(macAddress === undefined ? [] : [`hwaddress ${macAddress}`]),
    ...(mtu === undefined ? [] : [`mtu ${mtu}`]),
    ...options.filter(isByIp).map(([option, value]) => `post-up ip link set dev ${name} type bond ${option} ${value}`),
  ];
  return [`auto ${name}`, `iface ${name} inet manual`, ...lines.map((line) => `  ${line}`)].join("\n");
}

function named(option: BondOption): string {
  return `bond-${option.replaceAll("_", "-")}`;
}

/** Those that our own lines make. `original`: the files without them. */
export function madeBonds(dialect: Dialect, files: NetworkFiles, original: NetworkFiles): DesiredBond[] | undefined {
  const others = new Set(allStanzas(dialect, original).map((stanza) => stanza.interface));
  const made = allStanzas(dialect, files).flatMap(({ interface: name, options }): DesiredBond[] => {
    const cards = valueOf(options, dialect.bond.cardsOption);
    if (cards === undefined || others.has(name)) return [];
    const bond = bondFrom(
      name,
      cards.split(/\s+/),
      (option) => valueOf(options, named(option)) ?? setByIp(options, option),
    );
    return bond === undefined ? [] : [{ ...bond, ...given("macAddress", valueOf(options, "hwaddress")) }];
  });
  return made.length === 0 ? undefined : made;
}

function setByIp(options: readonly PortLine[], option: BondOption): string | undefined {
  return options
    .filter(({ name }) => name === "post-up")
    .map(({ value }) => /^ip link set dev \S+ type bond (\S+) (\S+)$/.exec(value))
    .find((words) => words?.[1] === option)?.[2];
}

/** Options by which a link has others below it, or is itself below one. */
const BELOW = /^(bond[-_](slaves|members|ports)|slaves|bridge[-_]ports)$/;
const ABOVE = /^bond[-_]master$/;

/** `files` are without our changes. Whole sentences. */
export function bondFaults(dialect: Dialect, files: NetworkFiles, desired: DesiredBridge, file: string): string[] {
  const { bonds = [] } = desired;
  const cards = bondedIn(desired);
  const stanzas = allStanzas(dialect, files);
  return [
    ...bonds
      .filter(({ bond }) => stanzasOf(dialect, files, bond).length > 0)
      .map(({ bond }) => isMadeBy(`${file} or a file that it reads`, bond)),
    ...bonds.flatMap((bond) => dialect.bond.faults?.(bond) ?? []),
    ...stanzas.flatMap(({ interface: name, options }) =>
      options.flatMap(({ name: option, value }) => {
        const words = BELOW.test(option) ? value.split(/\s+/) : [];
        const taken = cards.filter((card) => words.includes(card) || (name === card && ABOVE.test(option)));
        return taken.map(
          (card) =>
            `"${option} ${value}" below "iface ${name}" puts ${card} into another link already. Take it out of there, or leave ${card} out of the bond.`,
        );
      }),
    ),
  ];
}
