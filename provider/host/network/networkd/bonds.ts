/**
 * Bonds that are made for a bridge with systemd-networkd: a .netdev of ours each (systemd.netdev(5)), and files of ours for the bond and its
 * cards, of which the card's names the bond. Pure.
 */
import { type BondOption, type DesiredBond, bondFrom, bondOptions } from "../bonds";
import { type DesiredBridge, given, isMadeBy } from "../desired-bridge";
import type { NetworkFiles } from "../network-files";
import { ownText } from "../own-files";
import { type Section, type Setting, parseSections, renderSections, settingOf, valueOf } from "../sections-file";
import { filesFor, makersOf } from "./network-file";

/** In [Bond]; that a card is the primary one, its own file says. */
const KEYS = {
  mode: "Mode",
  primary_reselect: "PrimaryReselectPolicy",
  miimon: "MIIMonitorSec",
  updelay: "UpDelaySec",
  downdelay: "DownDelaySec",
  lacp_rate: "LACPTransmitRate",
  xmit_hash_policy: "TransmitHashPolicy",
  min_links: "MinLinks",
} as const satisfies Partial<Record<BondOption, string>>;

const TIMES: ReadonlySet<BondOption> = new Set(["miimon", "updelay", "downdelay"]);

function isOwnKey(option: BondOption): option is keyof typeof KEYS {
  return option in KEYS;
}

/** `mtu`: where it is to have another than a link has by itself. */
export function renderBond(bond: DesiredBond, mtu: number | undefined): string {
  const { bond: name, macAddress } = bond;
  return ownText(
    renderSections([
      {
        name: "NetDev",
        settings: [
          ...settingOf("Name", name),
          ...settingOf("Kind", "bond"),
          ...settingOf("MACAddress", macAddress),
          ...settingOf("MTUBytes", mtu),
        ],
      },
      {
        name: "Bond",
        settings: bondOptions(bond).flatMap(([option, value]) =>
          isOwnKey(option) ? settingOf(KEYS[option], TIMES.has(option) ? `${value}ms` : value) : [],
        ),
      },
    ]),
  );
}

/** Of [Network] of a card: the bond that it is in. */
export function bondSettings({ bond, primary }: DesiredBond, card: string): Setting[] {
  return [...settingOf("Bond", bond), ...settingOf("PrimarySlave", primary === card ? "yes" : undefined)];
}

/** `beginning`: of the paths of the bridge's own files. `cards`: the links for which there is one, with its sections. */
export function bondsIn(
  files: NetworkFiles,
  beginning: string,
  cards: ReadonlyMap<string, readonly Section[]>,
): DesiredBond[] | undefined {
  const bonds = [...files].flatMap(([path, text]): DesiredBond[] => {
    const sections = parseSections(text);
    if (!path.startsWith(beginning) || !path.endsWith(".netdev") || valueOf(sections, "NetDev", "Kind") !== "bond")
      return [];
    const name = valueOf(sections, "NetDev", "Name") ?? "";
    const of = [...cards].filter(([, own]) => bondOfCard(own) === name).map(([card]) => card);
    const primary = of.find((card) => valueOf(cards.get(card) ?? [], "Network", "PrimarySlave") === "yes");
    const bond = bondFrom(name, of, (option) =>
      isOwnKey(option)
        ? valueOf(sections, "Bond", KEYS[option])?.replace(/ms$/, "")
        : option === "primary"
          ? primary
          : undefined,
    );
    return bond === undefined ? [] : [{ ...bond, ...given("macAddress", valueOf(sections, "NetDev", "MACAddress")) }];
  });
  return bonds.length === 0 ? undefined : bonds;
}

export function bondOfCard(sections: readonly Section[]): string | undefined {
  return valueOf(sections, "Network", "Bond");
}

/** `files`: without the bridge's. Whole sentences. */
export function bondFaults(files: NetworkFiles, { bonds = [] }: DesiredBridge): string[] {
  return bonds.flatMap(({ bond }) =>
    [...makersOf(files, bond), ...filesFor(files, bond)].map((path) => isMadeBy(path, bond)),
  );
}
