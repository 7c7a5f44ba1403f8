/** Snapshots of a logical volume: classic ones, which have extents of their own, and those of a thin volume. Shell text; pure. */
import { libraryText, lines, sh } from "../../../shell";
import { ownSnapshots, volumes } from "../lvm/functions";
import { volumeOf } from "../lvm/volume-name";
import { mib } from "../size";
import type { SnapshotStorage, WantedSnapshot } from "../storage";

export const lvmSnapshots: SnapshotStorage = {
  cannot: (seen, path, { makes, removes }) => {
    const { group: name, name: volume } = volumeOf(path);
    const [group] = seen.lvm?.groups ?? [];
    const all = (seen.lvm?.volumes ?? []).filter((each) => each.group === name);
    const own = all.find((each) => each.name === volume);
    if (own === undefined || group === undefined || makes.length === 0) return [];
    const inTheWay = makes.flatMap((wanted) => {
      const there = all.find((each) => each.name === `${volume}.snap-${wanted.name}`);
      return there === undefined || there.tags.includes(SNAPSHOT_TAG)
        ? []
        : [
            `The volume ${name}/${there.name} is in the way, and pulumi-xen did not make it. Rename or remove it, or choose another name for the snapshot.`,
          ];
    });
    if (own.attributes.startsWith("V")) return inTheWay;
    const needed = makes
      .map(({ bytes = (seen.sizeBytes ?? 0) / 5 }) => Math.ceil(bytes / group.extentBytes))
      .reduce((sum, extents) => sum + extents, 0);
    // What is removed first gives its extents back; how many is LVM's matter, and it says so where they do not suffice.
    return needed <= group.freeExtents || removes.length > 0
      ? inTheWay
      : [
          ...inTheWay,
          `The volume group ${name} has ${mib(group.freeExtents * group.extentBytes)} MiB free, and the snapshots of ${path} take ${mib(needed * group.extentBytes)} MiB. Extend the group (vgextend), or set a smaller sizeGiB for them.`,
        ];
  },
  functions: ({ path, folder }) =>
    lines([sh`image=${path} mark=${folder}`, volumes, ownSnapshots, libraryText(__dirname, "lvm.sh")]),
  back: libraryText(__dirname, "lvm-back.sh"),
};

/** What a volume has that is a snapshot of ours. */
export const SNAPSHOT_TAG = "pulumi-xen-snapshot";

/** Ours, of what LVM said; one that has overflowed holds nothing. */
export function ownSnapshotNames(
  volumesSeen: readonly { name: string; origin: string; group: string; attributes: string; tags: readonly string[] }[],
  path: string,
): string[] {
  const { group, name } = volumeOf(path);
  const begin = `${name}.snap-`;
  return volumesSeen
    .filter(
      (each) =>
        each.group === group &&
        each.origin === name &&
        each.tags.includes(SNAPSHOT_TAG) &&
        !/^.{4}[IS]/.test(each.attributes) &&
        each.name.startsWith(begin),
    )
    .map((each) => each.name.slice(begin.length));
}

/** LVM and device-mapper take 126 characters of group and volume, each dash twice; 17 are for its name in the trash. */
export function hasRoomForName(path: string, { name }: Pick<WantedSnapshot, "name">): boolean {
  const { group, name: volume } = volumeOf(path);
  return `${group}${volume}.snap-${name}`.replaceAll("-", "--").length + 17 <= 126;
}
