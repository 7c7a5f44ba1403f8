/** What a disk image is: each property with its type, its default, where the host shows it and what its change does. Pure. */
import { z } from "zod";
import { isDeepStrictEqual } from "node:util";
import {
  type EntryChange,
  type Outcome,
  type Table,
  UNSEEN,
  type ValuesOf,
  hasUnknown,
  isUnknown,
  schemaOf,
  whenKnown,
} from "../../property";
import { changeText } from "../../change";
import { GIB, MOST_GIB, setToAtLeast, sizeFault } from "../../host/storage/size";
import { POOL_NAME } from "../../host/storage/lvm/volume-name";
import {
  type Backing,
  OVERCOMMITS,
  type Overcommit,
  PREALLOCATIONS,
  type Preallocation,
  STORAGE_FORMATS,
  type StorageFormat,
} from "../../host/storage/storage";
import { storageOf } from "../../host/storage/storages";
import type { CommonInputs } from "../../pulumi";
import { type Connection, connectionSchema } from "../../remote/connection/connection";
import type { Step } from "../../shell";
import { hostPath } from "../host-path";
import { letStep } from "./disk-image.let";
import { placeOfImage } from "../../host/storage/place";
import {
  type ImageSnapshot,
  keptSnapshots,
  sameSnapshots,
  shownSnapshots,
  snapshotChanges,
  snapshotsSchema,
} from "./disk-image.snapshots";
import { growStep } from "./disk-image.grow";
import {
  type ImageSource,
  describeImageSource,
  imageSourceSchema,
  isImage,
  markOf,
  sourceOfMark,
} from "./disk-image.source";

/** `block`: a block device that exists already (a partition, a disk); it is used, never changed. `lvm`: a logical volume of ours. */
export type ImageFormat = StorageFormat;

/** What the entries need to know of the declared properties. */
export interface DiskImageShall {
  readonly path: string;
  readonly sizeGiB?: number;
  readonly format?: ImageFormat;
  readonly preallocation?: Preallocation;
  readonly thinPool?: string;
  readonly readableByBootLoader?: boolean;
  readonly backing?: Backing;
  readonly overcommit?: Overcommit;
  readonly snapshots?: readonly ImageSnapshot[];
  readonly source?: ImageSource;
  readonly keepOnDelete?: boolean;
  readonly deleteAfterDays?: number;
  readonly adopt?: boolean;
}

/** A disk image on its host: observed, or as saved inputs would have made it. */
export interface Image {
  readonly path: string;
  readonly format: ImageFormat | undefined;
  readonly sizeGiB: number | undefined;
  /** Of a logical volume that is not ours yet: the size of an extent. Of ours what was declared is written down. */
  readonly unitBytes: number | undefined;
  /** Names of the snapshots of it that are ours. */
  readonly snapshots: readonly string[] | undefined;
  /** What it began as: a SHA-256, a distribution's image with one, `empty`; `undefined` where nobody wrote that down (an adopted image). */
  readonly madeOf: string | undefined;
  /** The image that it shares, as its head says. */
  readonly backing: Backing | undefined;
  /** Of a device: may the boot loader without privileges read it? Its host may have none (`needsNoReader`). */
  readonly isReadable: boolean | undefined;
  readonly needsNoReader: boolean;
  /** The saved inputs, of an image as they would have made it: they also tell what the host does not show. */
  readonly declared: DiskImageShall | undefined;
}

/** What is kept on the host is not lost when another image takes its place in the program. */
const losesData = ({ declared }: Image): boolean => declared?.keepOnDelete !== true;

const replaces = {
  says: "replace",
  outcome: ({ is }: { is: Image }): Outcome<Step> => ({ effect: "replace", losesData: losesData(is) }),
} as const;

/** A DiskImage knows both; a path needs its format: nothing is probed. */
const backingSchema = z.strictObject(
  { path: hostPath("an image"), format: z.enum(["raw", "qcow2"]) },
  {
    error: ({ code }) =>
      code === "invalid_type" ? "must be a DiskImage, or { path, format } of an image on the host" : undefined,
  },
);

const countsWhenMade = "none: it counts when the image is made";

// xl takes the rest of a disk's text as its path, commas included, but its older forms do not; and a path that needs
// no quoting anywhere cannot be quoted wrongly anywhere.
const path = hostPath("an image")
  .refine((text) => text.length <= 1024, "must be at most 1024 characters long")
  .refine(
    (text) => !text.startsWith("/") || !text.split("/").some((part) => part === "." || part === ".."),
    'must not contain "." or ".." as a part',
  );

export const diskImageTable = {
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

  /**
   * For `qcow2`: another image of the host that this one shares, a DiskImage or `{ path, format }`: only what differs is kept in this one. That image may not be
   * written, grown or removed while it is shared; it stands alone itself.
   */
  backing: {
    type: backingSchema,
    defaultSays: "none: the image stands alone",
    is: (image) => (image.format === undefined ? UNSEEN : image.backing),
    change: replaces,
  },

  /**
   * What the image begins as: a file from a URL or from this machine, with its SHA-256, another image of the host, which no guest may use
   * then, or a distribution's cloud image by name. What is compressed (gzip, xz, zstd) is unpacked on the host; another format than the image's is refused, or converted with
   * `convert: true`.
   */
  source: {
    type: imageSourceSchema,
    defaultSays: "an empty image",
    is: (image, shall) => sourceOf(image, shall),
    change: {
      says: "replace where its content is another, else none: it counts when the image is made",
      outcome: sourceOutcome,
    },
    entries: (difference): EntryChange<Step>[] => {
      const sources = difference as Differing<ImageSource>;
      return [{ property: "source", text: sourceText(sources), ...sourceOutcome(sources) }];
    },
  },

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

  /** The image stays on the host when the resource is deleted. */
  keepOnDelete: {
    type: z.boolean(),
    default: ({ format }: DiskImageShall) => whenKnown([format], (known) => known === "block"),
    defaultSays: "`false`; `true` of a block device",
    is: ({ declared }) => (declared === undefined ? UNSEEN : declared.keepOnDelete),
    change: { says: "none", outcome: () => ({ effect: "none" }) },
  },

  /**
   * A deleted image stays in the trash of its host for this number of days, 1 to 365; one command on the host brings it back until then. It takes
   * its space meanwhile.
   */
  deleteAfterDays: {
    defaultSays: "none: a deleted image is removed at once",
    type: z.number().int("must be whole days").min(1).max(365),
    is: ({ declared }) => (declared === undefined ? UNSEEN : declared.deleteAfterDays),
    change: { says: "none: it counts when the resource is deleted", outcome: () => ({ effect: "none" }) },
  },

  /** An image that exists already is taken over where format and size fit. Otherwise that is an error. */
  adopt: {
    defaultSays: "`false`",
    type: z.boolean(),
    is: ({ declared }) => (declared === undefined ? UNSEEN : declared.adopt),
    same: (from: unknown, to: unknown) => (from ?? false) === (to ?? false),
    change: { says: "none", outcome: () => ({ effect: "none" }) },
  },
} satisfies Table<Image, DiskImageShall, Step>;

export interface DiskImageInputs extends CommonInputs, ValuesOf<typeof diskImageTable> {
  readonly connection: Connection;
  readonly path: string;
}

export interface DiskImageOutputs {
  readonly machineId: string;
  /** Of the claim on the host; absent in the state of earlier versions, and where we were cut off before we learned it. */
  readonly claimId?: string;
  /** `making` until the image is whole. */
  readonly phase: "making" | "ready";
  /** What the guest sees, in bytes. */
  readonly sizeBytes?: number;
  /** When it was made or last changed: what its file system, volume group or thin pool had free, and what all images there might still take. */
  readonly freeBytes?: number;
  readonly promisedBytes?: number;
}

export const diskImageSchema = schemaOf(diskImageTable, ["path"]).extend({ connection: connectionSchema });

/** The size in bytes; `undefined` where the user leaves it open (block devices). */
export function sizeBytesOf(inputs: Pick<DiskImageShall, "sizeGiB">): number | undefined {
  return inputs.sizeGiB === undefined ? undefined : inputs.sizeGiB * GIB;
}

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

interface Differing<V> {
  readonly from: V | undefined;
  readonly to: V | undefined;
  readonly is: Image;
  readonly shall: DiskImageShall;
}

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

/** Does the program declare an image with another content than this one, which takes its place? */
function isReplaced(is: Image, shall: DiskImageShall): boolean {
  const from = sourceOf(is, shall);
  const hasOtherContent = from !== UNSEEN && sourceOutcome({ from, to: shall.source, is, shall }).effect === "replace";
  // Of what is only half-made no format shows.
  const hasOtherBase = is.format !== undefined && !isDeepStrictEqual(is.backing, shall.backing);
  return hasOtherContent || hasOtherBase;
}

/** Or is this one not where, or not as what, it is declared? */
function isAnother(is: Image, shall: DiskImageShall): boolean {
  const hasOtherFormat = is.format !== undefined && is.format !== shall.format;
  return is.path !== shall.path || hasOtherFormat || isReplaced(is, shall);
}

/**
 * What the image began as. Of an observed image only the content is known, and it counts only where the program declares
 * one: a source that was taken out of the program says nothing about an image that is made. Of another image of the host the content is
 * known to nobody.
 */
function sourceOf(
  { declared, madeOf, format }: Image,
  { source }: DiskImageShall,
): ImageSource | undefined | typeof UNSEEN {
  if (format === "block") return UNSEEN;
  if (declared !== undefined) return declared.source;
  if (madeOf === undefined || source === undefined || isUnknown(source) || isImage(source)) return UNSEEN;
  return madeOf === "empty" ? undefined : sourceOfMark(madeOf, source);
}

/** Where the content comes from is no matter while it is the same. */
function sourceOutcome({ from, to, is }: Differing<ImageSource>): Outcome<Step> {
  if (to === undefined) return { effect: "none" };
  // Another image's content is not known by a sum: it counts when the copy is made, and no later.
  if (isImage(to) || (from !== undefined && !isUnknown(from) && !isUnknown(to) && markOf(from) === markOf(to)))
    return { effect: "none" };
  return { effect: "replace", losesData: losesData(is) };
}

function sourceText(difference: Differing<ImageSource>): string {
  return difference.to === undefined || sourceOutcome(difference).effect === "none"
    ? "source (the image is made already)"
    : `source ${describeImageSource(difference.to, [])} (another content)`;
}
