/** Why a logical volume cannot be made, used or seen; each a sentence with its remedy. Pure. */
import { isInUseByHost } from "../block";
import { freeMib, gib, mib, setToAtLeast } from "../size";
import type { StoredImage, WantedImage } from "../storage";
import { placeOfImage } from "../place";
import { SNAPSHOT_TAG } from "../snapshots/lvm-snapshots";
import { AUTOMATIC, snapshotScript } from "../snapshots/snapshots";
import type { SeenGroup, SeenLvm, SeenVolume } from "./seen-volume";
import { volumeOf } from "./volume-name";

const NO_TOOLS = "LVM's tools (lvs, lvcreate) are missing on the host. Install the package lvm2.";

/** Kinds that a guest can have as its disk: plain, mirrored, RAID, thin, cached, and one that has snapshots. */
const USABLE = /^[-CmMrRVoO]/;

export function cannotMakeVolume(seen: StoredImage, wanted: WantedImage): string[] {
  const { path, bytes = 0, thinPool } = wanted;
  const hidden = isOutOfSight(seen, path);
  const lvm = seen.lvm;
  if (hidden.length > 0 || lvm === undefined) return hidden;
  const { group: name } = volumeOf(path);
  const [group] = lvm.groups;
  if (group === undefined)
    return [`There is no volume group ${name} on the host. Create it (vgcreate ${name} /dev/…), or correct the path.`];
  const faults = isIncomplete(group, name, "gets no new volumes");
  if (thinPool !== undefined) return [...faults, ...isNoPool(lvm, path, thinPool)];
  const free = group.freeExtents * group.extentBytes;
  const needed = Math.ceil(bytes / group.extentBytes) * group.extentBytes;
  // What is left of an attempt goes before the next one begins, and its extents with it.
  const isBegun = lvm.volumes.some((each) => each.group === name && each.name === draftOf(path));
  return isBegun || needed <= free ? faults : [...faults, tooSmall(name, free, `${path} takes ${mib(needed)} MiB`)];
}

export function cannotUseVolume(seen: StoredImage, { path, bytes = 0, snapshots: wanted = [] }: WantedImage): string[] {
  const { group: name } = volumeOf(path);
  const volume = volumeAt(seen.lvm, path);
  const [group] = seen.lvm?.groups ?? [];
  if (seen.type !== "block" || volume === undefined || group === undefined) {
    return seen.lvm?.hasTools === false
      ? [NO_TOOLS]
      : [`${path} is no logical volume. For another block device set format to "block", or choose another path.`];
  }
  if (!USABLE.test(volume.attributes)) {
    return [
      `${path} is a volume that LVM needs for others, or a snapshot (lvs shows ${volume.attributes}). Choose another path, or use it as it is with format "block".`,
    ];
  }
  const found = seen.sizeBytes ?? 0;
  if (found - bytes >= group.extentBytes) {
    return [
      `${path} has ${gib(found)} GiB on the host, more than sizeGiB ${gib(bytes)}, and an image is never made smaller. ${setToAtLeast(found)}.`,
    ];
  }
  const faults = isInUseByHost(path, seen.deviceUse);
  if (found >= bytes) return faults;
  faults.push(...isIncomplete(group, name, "lets none of its volumes grow"));
  // Those of ours that nobody declares any more are removed first.
  const goes = (seen.snapshots ?? [])
    .filter((each) => !each.startsWith(AUTOMATIC) && !wanted.includes(each))
    .map((each) => `${volume.name}.snap-${each}`);
  const snapshots = (seen.lvm?.volumes ?? []).filter(
    (each) => each.group === name && each.origin === volume.name && !goes.includes(each.name),
  );
  if (/^[oO]/.test(volume.attributes) && (snapshots.length > 0 || goes.length === 0)) {
    const names = snapshots.map((each) => `${name}/${each.name}`).join(", ");
    faults.push(
      `${path} has a snapshot (${names}), and LVM grows no active volume that has one. ${removeFirst(path, snapshots, wanted)}`,
    );
  }
  const free = group.freeExtents * group.extentBytes;
  const needed = Math.ceil((bytes - found) / group.extentBytes) * group.extentBytes;
  if (!volume.attributes.startsWith("V") && needed > free)
    faults.push(tooSmall(name, free, `${path} needs ${mib(needed)} MiB more`));
  return faults;
}

/** What to do about them: of ours there is a script on the host, which knows whether one is in use and what else is to be tidied. */
function removeFirst(path: string, snapshots: readonly SeenVolume[], declared: readonly string[]): string {
  const begin = `${volumeOf(path).name}.snap-`;
  const words = snapshots.map(({ group, name, tags }) => {
    const ours = tags.includes(SNAPSHOT_TAG) && name.startsWith(begin) ? name.slice(begin.length) : undefined;
    if (ours === undefined) return `lvremove ${group}/${name}`;
    return declared.includes(ours)
      ? `take ${ours} out of snapshots`
      : `sh ${snapshotScript(placeOfImage(path))} remove ${ours}`;
  });
  return `Remove it first: ${words.length === 0 ? "lvremove" : words.join("; ")}.`;
}

/** LVM lists no volume of an exported group, and ends with code 0 (seen with 2.03.16); a renamed one is still ours. */
export function isOutOfSight({ lvm, type }: StoredImage, path: string): string[] {
  if (lvm === undefined) return [];
  if (!lvm.hasTools) return [NO_TOOLS];
  const { group: name } = volumeOf(path);
  const [group, second] = lvm.groups;
  if (second !== undefined) {
    return [
      `Two volume groups of the host are called ${name}. Rename one of them by its uuid (vgrename ${second.uuid} …), and run again.`,
    ];
  }
  const ours = lvm.made === undefined ? undefined : lvm.volumes.find(({ uuid }) => uuid === lvm.made);
  if (ours !== undefined && `/dev/${ours.group}/${ours.name}` !== path && ours.name !== draftOf(path)) {
    return [
      `The logical volume of ${path} was renamed: it is ${ours.group}/${ours.name} now. Rename it back (lvrename, vgrename) and run again; nothing was touched.`,
    ];
  }
  if (group?.attributes[2] === "x")
    return [`The volume group ${name} is exported, so its volumes cannot be seen. Import it (vgimport ${name}).`];
  if (lvm.groupWhenMade !== undefined && lvm.groupWhenMade !== group?.uuid) {
    return [
      group === undefined
        ? `The volume group ${name}, which holds ${path}, is not on the host now. See that its disks are there (pvs, vgs), and run again.`
        : `${path} was made in another volume group than the one that is called ${name} now (it had the uuid ${lvm.groupWhenMade}). See that its disks are there (pvs, vgs), and run again.`,
    ];
  }
  if (type === "absent" && volumeAt(lvm, path) !== undefined) {
    return [
      `The logical volume ${path} is there, but not active on this host. Where no other host uses it, activate it (lvchange -a y ${path.slice(5)}), and run again.`,
    ];
  }
  if (type === "absent" && lvm.made !== undefined && group?.attributes[3] === "p")
    return [`Disks of the volume group ${name} are missing (pvs), so it is not certain that ${path} is gone.`];
  return [];
}

function volumeAt(lvm: SeenLvm | undefined, path: string): SeenVolume | undefined {
  return lvm?.volumes.find(({ group, name }) => `/dev/${group}/${name}` === path);
}

/** What a volume is called while it is made. */
function draftOf(path: string): string {
  return `${volumeOf(path).name}.pulumi-xen-new`;
}

function isIncomplete({ attributes }: SeenGroup, name: string, what: string): string[] {
  if (attributes[3] === "p")
    return [`Disks of the volume group ${name} are missing, and until they are back it ${what} (see pvs).`];
  return attributes.startsWith("r")
    ? [`The volume group ${name} is read-only, so it ${what}. Change that (vgchange), or choose another path.`]
    : [];
}

function isNoPool(lvm: SeenLvm, path: string, thinPool: string): string[] {
  const { group } = volumeOf(path);
  const pool = lvm.volumes.find((each) => each.group === group && each.name === thinPool);
  if (pool === undefined || !pool.attributes.startsWith("t")) {
    return [
      `There is no thin pool ${group}/${thinPool} on the host. Create it (lvcreate --type thin-pool -L SIZE -n ${thinPool} ${group}), or correct thinPool.`,
    ];
  }
  return /^.{8}[FDM]/.test(pool.attributes)
    ? [
        `The thin pool ${group}/${thinPool} is full or has failed (lvs shows ${pool.attributes}). Extend or repair it first.`,
      ]
    : [];
}

function tooSmall(group: string, freeBytes: number, need: string): string {
  return `The volume group ${group} has ${freeMib(freeBytes)} MiB free, and ${need}. Extend the group (vgextend), or set a smaller sizeGiB.`;
}
