/** VLANs (802.1Q) of a bridge's ports, as numbers and ranges: `[20, "100-199"]`. Pure. */

/** One, or several that follow each other: `20`, `"100-199"`. */
export type VlanRange = number | string;

/** What a bridge gives all that nobody has put into another one, the host itself among it; the kernel's own default. */
export const OWN_VLAN = 1;

/** All that a port can carry beside it. */
export const ALL_VLANS: readonly VlanRange[] = ["2-4094"];

export function isVlanRange(range: VlanRange): boolean {
  const [from = 0, to = 0] = endsOf(range);
  return from <= to;
}

function endsOf(range: VlanRange): number[] {
  const ends = String(range).split("-").map(Number);
  return ends.length === 1 ? [...ends, ...ends] : ends;
}

/** Each once, in their order. */
export function vlanIds(ranges: readonly VlanRange[]): number[] {
  const ids = ranges.flatMap((range) => {
    const [from = 0, to = 0] = endsOf(range);
    return Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => from + at);
  });
  return [...new Set(ids)].sort((a, b) => a - b);
}

/** The form in which lists of the same VLANs are equal. */
export function normalVlans(ranges: readonly VlanRange[]): VlanRange[] {
  const found: [number, number][] = [];
  for (const id of vlanIds(ranges)) {
    const last = found.at(-1);
    if (last?.[1] === id - 1) last[1] = id;
    else found.push([id, id]);
  }
  return found.map(([from, to]) => (from === to ? from : `${from}-${to}`));
}

/** The numbers and ranges among the words of a setting; whatever else stands there is none of ours to read. */
export function vlansAmong(words: readonly string[]): VlanRange[] {
  return normalVlans(words.filter((word) => /^\d+(-\d+)?$/.test(word)));
}

/** What `bridge -j vlan show` prints of one link, or the bridge itself. */
export interface LinkVlans {
  /** What comes in without a tag is in this one. */
  readonly pvid: number | undefined;
  /** They go out without a tag. */
  readonly untagged: readonly number[];
  readonly tagged: readonly VlanRange[];
}

export interface RawVlans {
  readonly ifname?: string;
  readonly vlans?: readonly { readonly vlan?: number; readonly vlanEnd?: number; readonly flags?: readonly string[] }[];
}

export function linkVlans(printed: readonly RawVlans[]): ReadonlyMap<string, LinkVlans> {
  return new Map(
    printed.map(({ ifname = "", vlans = [] }) => {
      const ids = (is: (flags: readonly string[]) => boolean): number[] =>
        vlanIds(vlans.flatMap(({ vlan = 0, vlanEnd = vlan, flags = [] }) => (is(flags) ? [`${vlan}-${vlanEnd}`] : [])));
      const untagged = (flags: readonly string[]): boolean => flags.includes("Egress Untagged");
      return [
        ifname,
        {
          pvid: ids((flags) => flags.includes("PVID"))[0],
          untagged: ids(untagged),
          tagged: normalVlans(ids((flags) => !untagged(flags))),
        },
      ] as const;
    }),
  );
}

/** What has no tag is of the host's own network. */
export function isInOwnVlan(vlans: LinkVlans | undefined): boolean {
  return vlans?.pvid === OWN_VLAN && vlans.untagged.includes(OWN_VLAN);
}

/** And of no other, as it is to be for a port. */
export function isInOwnVlanAlone(vlans: LinkVlans | undefined): boolean {
  return isInOwnVlan(vlans) && vlans?.untagged.length === 1;
}

/** What these ports carry with tags: of ports that carry different ones, those of one that is not as desired. */
export function trunkOf(
  vlans: ReadonlyMap<string, LinkVlans>,
  ports: readonly string[],
  desired: readonly VlanRange[] = [],
): readonly VlanRange[] | undefined {
  const lists = ports.map((port) => vlans.get(port)?.tagged ?? []);
  const shall = normalVlans(desired).join();
  return lists.find((list) => list.join() !== shall) ?? lists[0];
}
