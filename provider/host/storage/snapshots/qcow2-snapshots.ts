/** Internal snapshots of a qcow2 image. Shell text; pure. */
import { libraryText, lines, sh } from "../../../shell";
import type { SnapshotStorage } from "../storage";

/** Needs $image and $mark. */
export const qcow2Functions = libraryText(__dirname, "qcow2.sh");

export const qcow2Snapshots: SnapshotStorage = {
  cannot: ({ tools }, path, { makes, removes }, isUsed) => {
    if (makes.length + removes.length === 0) return [];
    if (!tools.includes("qemu-img"))
      return ["qemu-img is missing on the host; it makes and removes snapshots. Install the package qemu-utils."];
    return isUsed
      ? [
          `${path} is in use, and a qcow2 image has snapshots made and removed only while nobody has it open. Shut the guest down, and run again.`,
        ]
      : [];
  },
  functions: ({ path, folder }) => lines([sh`image=${path} mark=${folder}`, qcow2Functions]),
  back: libraryText(__dirname, "qcow2-back.sh"),
};
