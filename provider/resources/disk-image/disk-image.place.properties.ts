/** Of an image's table: where it is, and as what. Pure. */
import { z } from "zod";
import { STORAGE_FORMATS, type StorageFormat } from "../../host/storage/storage";
import { type Outcome, type Table, UNSEEN, hasUnknown, isUnknown } from "../../property";
import type { Step } from "../../shell";
import { hostPath } from "../host-path";
import { isReplaced } from "./disk-image.replaced";
import { type DiskImageShall, type Differing, type Image, losesData } from "./disk-image.shall";
import { shownSnapshots } from "./disk-image.snapshots";

// xl takes the rest of a disk's text as its path, commas included, but its older forms do not; and a path that needs
// no quoting anywhere cannot be quoted wrongly anywhere.
const path = hostPath("an image")
  .refine((text) => text.length <= 1024, "must be at most 1024 characters long")
  .refine(
    (text) => !text.startsWith("/") || !text.split("/").some((part) => part === "." || part === ".."),
    'must not contain "." or ".." as a part',
  );

export const imagePlace = {
  /**
   * Absolute path on the host, such as `/xen/vm/guest1.img`. Missing folders are made, and removed again when empty. Of a logical volume
   * `/dev/GROUP/VOLUME`; the group must exist.
   */
  path: {
    type: path,
    is: (image) => image.path,
    change: {
      says: "migrate: it moves with all it holds, while no guest runs with it; of a block device replace",
      outcome: moveOutcome,
    },
  },

  /**
   * `raw`: a sparse file. `qcow2`: a file that QEMU reads. `lvm`: a logical volume. `block`: a block device that exists already; it is
   * never changed or removed.
   */
  format: {
    type: z.enum(STORAGE_FORMATS),
    default: "raw",
    is: (image) => image.format ?? UNSEEN,
    change: {
      says: "migrate: it is converted, while no guest runs with it; refused from and to `block`",
      outcome: formatOutcome,
    },
  },
} satisfies Table<Image, DiskImageShall, Step>;

/** Another path: the image goes there. A device is only another one that is used; and what is replaced is made there. */
function moveOutcome({ is, shall }: Pick<Differing<string>, "is" | "shall">): Outcome<Step> {
  if (mayBeDevices(is, shall) || isReplaced(is, shall)) return { effect: "replace", losesData: losesData(is) };
  const kept = snapshotsOf(is);
  if (
    is.format === "lvm" &&
    shall.format === "lvm" &&
    !isUnknown(shall.path) &&
    kept !== undefined &&
    groupOf(is.path) !== groupOf(shall.path)
  )
    return { effect: "none", refused: wouldLose(kept, "another volume group") };
  // The format's own entry refuses it.
  return { effect: is.format === "block" || shall.format === "block" ? "none" : "migrate" };
}

/** Names of its snapshots, for a sentence; `undefined`: it has none. */
function snapshotsOf({ declared, snapshots }: Image): string | undefined {
  const all = declared === undefined ? shownSnapshots(snapshots, undefined) : declared.snapshots;
  if (all === undefined || hasUnknown(all) || all.length === 0) return undefined;
  return all.map(({ name }) => name).join(", ");
}

function wouldLose(snapshots: string, what: string): string {
  return `cannot change while the image has snapshots (${snapshots}), which do not go with it into ${what}. Take them out of snapshots with allow: ["dataLoss"] and run up first, or keep it.`;
}

function groupOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

function mayBeDevices(is: Image, shall: DiskImageShall): boolean {
  return is.format === "block" && (shall.format === "block" || isUnknown(shall.format));
}

function formatOutcome({ from, to, is, shall }: Differing<StorageFormat>): Outcome<Step> {
  if ((from !== "block" && to !== "block") || isUnknown(to)) {
    const kept = snapshotsOf(is);
    const outcome = moveOutcome({ is, shall });
    return kept === undefined || isUnknown(to) || outcome.effect !== "migrate"
      ? outcome
      : { effect: "none", refused: wouldLose(kept, "another format") };
  }
  return {
    effect: "none",
    refused: `cannot change from ${String(from)} to ${String(to)}: a block device is never written to and never removed, so no image is moved into it or out of it. Declare a second DiskImage, copy what this one holds while no guest runs with it (qemu-img convert), and let the guest use that one.`,
  };
}
