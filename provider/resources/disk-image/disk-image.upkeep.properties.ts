/** Of an image's table: what is done about it while it is there. Pure. */
import { z } from "zod";
import { placeOfImage } from "../../host/storage/place";
import { OVERCOMMITS } from "../../host/storage/storage";
import { type EntryChange, type Outcome, type Table, UNSEEN, hasUnknown } from "../../property";
import type { Step } from "../../shell";
import { letStep } from "./disk-image.let";
import { isAnother, isReplaced } from "./disk-image.replaced";
import type { DiskImageShall, Image } from "./disk-image.shall";
import { sameSnapshots, shownSnapshots, snapshotChanges, snapshotsSchema } from "./disk-image.snapshots";

export const imageUpkeep = {
  /**
   * May the images of one file system or thin pool together become bigger than it is? `refuse`: the image is made and grown only where there is room for
   * all that it and the others there (ours, and those that stored configurations of guests name) may still take. `allow`: the job's log says so.
   */
  overcommit: {
    type: z.enum(OVERCOMMITS),
    defaultSays: "`allow`",
    is: ({ declared }) => (declared === undefined ? UNSEEN : declared.overcommit),
    same: (from: unknown, to: unknown) => (from ?? "allow") === (to ?? "allow"),
    change: { says: "none: it counts when the image is made or grows", outcome: () => ({ effect: "none" }) },
  },

  /**
   * For `block`: the boot loader without privileges, which XenHost sets up, may read the device, also after a reboot, by a file of ours for udev. Set it
   * where a guest boots from the device by pygrub; files and logical volumes can be read without it. The device itself is never changed.
   */
  readableByBootLoader: {
    type: z.boolean(),
    defaultSays: "`false`",
    is: ({ declared, format, isReadable }) =>
      (declared === undefined && isReadable === undefined) || (format !== undefined && format !== "block")
        ? UNSEEN
        : isReadable,
    same: (from: unknown, to: unknown, { needsNoReader }) => needsNoReader || (from ?? false) === (to ?? false),
    change: {
      says: "live",
      outcome: ({ to, is, shall }): Outcome<Step> =>
        isAnother(is, shall) ? { effect: "none" } : { effect: "live", steps: [letStep(shall.path, to === true)] },
    },
  },

  /**
   * Snapshots that shall exist, of a logical volume or a qcow2 image. A name that is added is made as the image is at that moment, one that
   * is taken out is removed with what it holds. Of a guest that runs a volume's holds what a power failure would leave; a qcow2 image has them made
   * and removed only while no guest has it open.
   */
  snapshots: {
    defaultSays: "none",
    type: snapshotsSchema,
    is: ({ declared, snapshots }, shall) =>
      declared === undefined ? shownSnapshots(snapshots, shall.snapshots) : declared.snapshots,
    same: sameSnapshots,
    change: {
      says: 'live where one is added; one that is taken out needs `allow: ["dataLoss"]`',
      outcome: () => ({ effect: "live", losesData: true }),
    },
    entries: ({ from, to, is, shall }): EntryChange<Step>[] =>
      snapshotChanges(from as DiskImageShall["snapshots"], to as DiskImageShall["snapshots"], {
        isThere: hasUnknown([shall.path, shall.format, shall.source, shall.backing])
          ? undefined
          : is.format !== undefined && is.sizeGiB !== undefined && !isReplaced(is, shall) && is.format !== "block",
        place: placeOfImage(shall.path),
        format: shall.format ?? "raw",
      }),
  },
} satisfies Table<Image, DiskImageShall, Step>;
