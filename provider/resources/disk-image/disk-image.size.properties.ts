/** Of an image's table: its size, and what of that is taken at once. Pure. */
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { changeText } from "../../change";
import { POOL_NAME } from "../../host/storage/lvm/volume-name";
import { GIB, MOST_GIB, setToAtLeast, sizeFault } from "../../host/storage/size";
import { PREALLOCATIONS } from "../../host/storage/storage";
import { storageOf } from "../../host/storage/storages";
import { type EntryChange, type Outcome, type Table, UNSEEN, isUnknown } from "../../property";
import type { Step } from "../../shell";
import { growStep } from "./disk-image.grow";
import { isReplaced } from "./disk-image.replaced";
import type { DiskImageShall, Differing, Image } from "./disk-image.shall";
import { keptSnapshots, shownSnapshots } from "./disk-image.snapshots";

const countsWhenMade = "none: it counts when the image is made";

export const imageSize = {
  /**
   * The size that the guest sees, in GiB, down to whole sectors of 512 bytes: `10`, `0.5`, `10_000_000_512 / 1024 ** 3`. A logical volume gets
   * the next whole extents, a block device must be at least so big.
   */
  sizeGiB: {
    defaultSays: "that of `source`, or of the block device",
    type: z
      .number()
      .positive()
      .max(MOST_GIB)
      .superRefine((size, context) => {
        const fault = sizeFault(size);
        if (fault !== undefined) context.addIssue({ code: "custom", message: fault });
      }),
    is: (image) => image.sizeGiB,
    same: isSameSize,
    change: { says: "live where it grows; never shrinks", outcome: sizeOutcome },
  },

  /**
   * What of the image's space is taken at once, as by `qemu-img -o preallocation=`: `off` nothing; `metadata` the tables of a qcow2 image; `falloc` all
   * of it, unwritten; `full` all of it, written with zeros. Counts for what a growth adds too, but for a qcow2 image that a guest uses.
   */
  preallocation: {
    type: z.enum(PREALLOCATIONS),
    default: ({ format }: DiskImageShall) => (format === "qcow2" ? "off" : undefined),
    defaultSays: "`off`",
    is: ({ declared }) => (declared === undefined ? UNSEEN : declared.preallocation),
    same: (from: unknown, to: unknown) => (from ?? "off") === (to ?? "off"),
    change: { says: countsWhenMade, outcome: () => ({ effect: "none" }) },
    entries: (difference) => madeAlready("preallocation", "image", difference),
  },

  /** For `lvm`: the thin pool of the same group in which the volume is made, such as `pool0`; it must exist. */
  thinPool: {
    type: z.string().regex(POOL_NAME, "must be the name of a thin pool, such as pool0"),
    defaultSays: "none: the volume gets extents of its own",
    is: ({ declared }) => (declared === undefined ? UNSEEN : declared.thinPool),
    change: { says: countsWhenMade, outcome: () => ({ effect: "none" }) },
    entries: (difference) => madeAlready("thinPool", "volume", difference),
  },
} satisfies Table<Image, DiskImageShall, Step>;

/** What its storage counts as the declared size: a device is only compared with what is asked for. */
function isSameSize(from: unknown, to: unknown, { format, unitBytes }: Image): boolean {
  if (isDeepStrictEqual(from, to)) return true;
  if (format === undefined || isUnknown(format)) return false;
  const storage = storageOf(format);
  if (to === undefined) return storage.makes === undefined;
  return (
    typeof from === "number" && typeof to === "number" && storage.sizeIs({ bytes: from * GIB, unitBytes }, to * GIB)
  );
}

/** A change that counts only for an image that is still to be made. Another format is a new image, made with its own. */
function madeAlready(property: string, what: string, { from, to, is, shall }: Differing<unknown>): EntryChange<Step>[] {
  if (is.format !== shall.format) return [];
  return [{ property, text: `${changeText(property, from, to)} (the ${what} is made already)`, effect: "none" }];
}

function sizeOutcome({ from, to, is, shall }: Differing<number>): Outcome<Step> {
  // Another image has its size from the beginning; a device is not ours to grow.
  if (isReplaced(is, shall) || isNobodysToGrow(shall.format) || isNobodysToGrow(is.format)) return { effect: "none" };
  // Nothing is there yet: it gets its size when it is made.
  if (from === undefined) return { effect: "none" };
  if (typeof from !== "number" || typeof to !== "number") return { effect: "live" };
  if (to > from) {
    const { path: image, format, preallocation, overcommit } = shall;
    if (isUnknown(format)) return { effect: "live" };
    const [kept] = keptSnapshots(is.declared?.snapshots ?? shownSnapshots(is.snapshots, undefined), shall.snapshots);
    if (format === "lvm" && shall.thinPool === undefined && kept !== undefined) {
      return {
        effect: "none",
        refused: `cannot grow while there is the snapshot ${kept}: LVM grows no active volume that has one, unless it is in a thin pool (then set thinPool). Take it out of snapshots first.`,
      };
    }
    return { effect: "live", steps: [growStep({ path: image, format, preallocation, overcommit, bytes: to * GIB })] };
  }
  return {
    effect: "none",
    refused: `is ${to}, but the image has ${from} GiB, and an image is never made smaller: what a guest stored at its end would be cut off. ${setToAtLeast(from * GIB, false)}, or declare a new image as another DiskImage.`,
  };
}

function isNobodysToGrow(format: DiskImageShall["format"]): boolean {
  return !isUnknown(format) && storageOf(format).makes === undefined;
}
