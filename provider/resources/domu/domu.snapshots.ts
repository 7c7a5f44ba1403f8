/**
 * Snapshots of a guest's disks before a change that takes it down (`snapshotBefore`): of what it writes to, while it is down and before it is
 * booted or its files go. That they can be made is proven while it still runs. Pure.
 */
import { placeOfImage } from "../../host/storage/place";
import { BEFORE_CHANGE_FILE, type GuestDisk, beforeChangeFiles } from "../../host/storage/snapshots/snapshots";
import { storageOf } from "../../host/storage/storages";
import { isUnknown, shown } from "../../property";
import type { Failure } from "../../pulumi";
import { type JobFile, type Step, sh } from "../../shell";
import { guestScript } from "./domu.functions";
import { isDevice, isWritten } from "./domu.disks";
import { isKnownList } from "./domu.lists";
import type { DomUInputs } from "./domu.properties";
import type { DomUDisk, SnapshotOccasion } from "./domu.shall";

/** Of a guest that we are about to take down: a run that is cut off before the snapshot is made leaves it. */
export const DUE = "snapshot-due";

export function hasSnapshotBefore(
  { snapshotBefore }: Pick<DomUInputs, "snapshotBefore">,
  occasion: SnapshotOccasion,
): boolean {
  return Array.isArray(snapshotBefore) && snapshotBefore.includes(occasion);
}

/** Disks of which none could ever be made. */
export function snapshotFaults({ snapshotBefore, disks }: DomUInputs): Failure[] {
  if (!Array.isArray(snapshotBefore) || snapshotBefore.length === 0 || !isKnownList(disks)) return [];
  return disks.flatMap((disk, at): Failure[] => {
    if (isUnknown(disk) || isUnknown(disk.path) || isUnknown(disk.format) || isUnknown(disk.mode)) return [];
    if (!isWritten(disk) || isDevice(disk) || disk.format === "qcow2") return [];
    const reason = `cannot be made of disks[${String(at)}], a raw file, which has no snapshots. Remove snapshotBefore, use a logical volume or a qcow2 image, or mount that disk read only (mode: "r").`;
    return [{ property: "snapshotBefore", reason }];
  });
}

/** For the plan: what of. */
export function snapshotText({ disks }: Pick<DomUInputs, "disks">, isSecret: boolean): string {
  const written = isKnownList(disks) ? disks.filter(isWritten) : [];
  const names = written.map(({ device, path }) => shown(device ?? path, { secret: isSecret }));
  return `snapshot of ${names.length === 0 ? "its disks" : names.join(", ")} before the restart`;
}

export function snapshotBeforeFiles({ disks = [] }: DomUInputs): JobFile[] {
  return beforeChangeFiles(disks.filter(isWritten).flatMap(asGuestDisk));
}

/** Before anything is written, let alone stopped. */
export function snapshotProofStep(inputs: DomUInputs): Step {
  return {
    name: "prove-snapshots",
    title: `check that the disks of ${inputs.name} can have snapshots`,
    effect: "none",
    script: guestScript(
      inputs,
      sh`said=$(
snapshot_for='prove' snapshot_new=''
. "$JOB_FILES"/${BEFORE_CHANGE_FILE}
) || give_up "It cannot be seen whether the disks of $guest can have snapshots." "Nothing was touched. Run again, or remove snapshotBefore."
[ -z "$said" ] || give_up "$said" "Nothing was touched. Or remove snapshotBefore, and run up."
: >"$folder"/${DUE}`,
    ),
  };
}

/**
 * With the guest down, and only where one is due: of a guest that was taken down by somebody else, or that has failed to come up since, the one
 * that is there stays.
 */
export function snapshotStep(inputs: DomUInputs): Step {
  return {
    name: "snapshot",
    title: `make snapshots of the disks of ${inputs.name}`,
    effect: "none",
    script: guestScript(
      inputs,
      sh`if [ -e "$folder"/${DUE} ]; then
row=$(domain_row)
[ -z "$row" ] || give_up "$guest runs again, so its disks get no snapshots." "Run up again."
snapshot_new=auto-$(date -u +%Y%m%dT%H%M%SZ)
snapshot_for='make'
. "$JOB_FILES"/${BEFORE_CHANGE_FILE}
snapshot_for='tidy'
. "$JOB_FILES"/${BEFORE_CHANGE_FILE}
rm -f "$folder"/${DUE}
fi`,
    ),
  };
}

function asGuestDisk(disk: DomUDisk): GuestDisk[] {
  const storage = storageOf(isDevice(disk) ? "lvm" : "qcow2").makes?.snapshots;
  return storage === undefined ? [] : [{ place: placeOfImage(disk.path), storage, isDevice: isDevice(disk) }];
}
