/** What a disk image is: each property with its type, its default, where the host shows it and what its change does. Pure. */
import { z } from "zod";
import { isDeepStrictEqual } from "node:util";
import {
  type EntryChange,
  type Outcome,
  type Table,
  UNSEEN,
  type ValuesOf,
  isUnknown,
  schemaOf,
  whenKnown,
} from "../../property";
import { changeText } from "../../change";
import { GIB, acceptedGiB } from "../../host/storage/size";
import { POOL_NAME } from "../../host/storage/lvm/volume-name";
import { STORAGE_FORMATS, type StorageFormat } from "../../host/storage/storage";
import { storageOf } from "../../host/storage/storages";
import type { CommonInputs } from "../../pulumi";
import { type Connection, connectionSchema } from "../../remote/connection/connection";
import type { Step } from "../../shell";
import { hostPath } from "../host-path";
import { growStep } from "./disk-image.grow";
import { type ImageSource, describeImageSource, imageSourceSchema, isImage, markOf } from "./disk-image.source";

/** `block`: a block device that exists already (a partition, a disk); it is used, never changed. `lvm`: a logical volume of ours. */
export type ImageFormat = StorageFormat;

/** What the entries need to know of the declared properties. */
export interface DiskImageShall {
  readonly path: string;
  readonly sizeGiB?: number;
  readonly format?: ImageFormat;
  readonly preallocation?: "off" | "metadata";
  readonly thinPool?: string;
  readonly source?: ImageSource;
  readonly keepOnDelete?: boolean;
  readonly adopt?: boolean;
}

/** A disk image on its host: observed, or as saved inputs would have made it. */
export interface Image {
  readonly path: string;
  readonly format: ImageFormat | undefined;
  readonly sizeGiB: number | undefined;
  /** Of a logical volume that is not ours yet: the size of an extent. Of ours what was declared is written down. */
  readonly unitBytes: number | undefined;
  /** SHA-256 of what it began as, `empty`; `undefined` where nobody wrote that down (an adopted image). */
  readonly madeOf: string | undefined;
  /** The saved inputs, of an image as they would have made it: they also tell what the host does not show. */
  readonly declared: DiskImageShall | undefined;
}

/** What is kept on the host is not lost when another image takes its place in the program. */
const losesData = ({ declared }: Image): boolean => declared?.keepOnDelete !== true;

const replaces = {
  says: "replace",
  outcome: ({ is }: { is: Image }): Outcome<Step> => ({ effect: "replace", losesData: losesData(is) }),
} as const;

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
  path: { type: path, is: (image) => image.path, change: replaces },

  /**
   * `raw`: a sparse file. `qcow2`: a file that QEMU reads. `lvm`: a logical volume. `block`: a block device that exists already; it is
   * never changed or removed.
   */
  format: {
    type: z.enum(STORAGE_FORMATS),
    default: "raw",
    is: (image) => image.format ?? UNSEEN,
    change: replaces,
  },

  /**
   * The size that the guest sees, in GiB, down to whole MiB (1/1024). A logical volume gets the next whole extents, a block device must be
   * at least so big.
   */
  sizeGiB: {
    defaultSays: "that of `source`, or of the block device",
    type: z
      .number()
      .positive()
      .max(65536)
      .refine((size) => Number.isInteger(size * 1024), "must be whole MiB: a multiple of 1/1024, such as 10 or 0.5"),
    is: (image) => image.sizeGiB,
    same: isSameSize,
    change: { says: "live where it grows; never shrinks", outcome: sizeOutcome },
  },

  /** For qcow2: `metadata` lays out its tables at once, as `qemu-img -o preallocation=metadata`. */
  preallocation: {
    type: z.enum(["off", "metadata"]),
    default: ({ format }: DiskImageShall) => (format === "qcow2" ? "off" : undefined),
    defaultSays: "`off` for qcow2",
    is: ({ declared }) => (declared === undefined ? UNSEEN : declared.preallocation),
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
   * What the image begins as: a file from a URL or from this machine, with its SHA-256, or another image of the host, which no guest may use
   * then. What is compressed (gzip, xz, zstd) is unpacked on the host; another format than the image's is refused, or converted with
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

  /** The image stays on the host when the resource is deleted. */
  keepOnDelete: {
    type: z.boolean(),
    default: ({ format }: DiskImageShall) => whenKnown([format], (known) => known === "block"),
    defaultSays: "`false`; `true` of a block device",
    is: ({ declared }) => (declared === undefined ? UNSEEN : declared.keepOnDelete),
    change: { says: "none", outcome: () => ({ effect: "none" }) },
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
}

export const diskImageSchema = schemaOf(diskImageTable, ["path"]).extend({ connection: connectionSchema });

/** The size in bytes; `undefined` where the user leaves it open (block devices). */
export function sizeBytesOf(inputs: Pick<DiskImageShall, "sizeGiB">): number | undefined {
  return inputs.sizeGiB === undefined ? undefined : inputs.sizeGiB * GIB;
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
  if (isAnother(is, shall) || isNobodysToGrow(shall.format)) return { effect: "none" };
  // Nothing is there yet: it gets its size when it is made.
  if (from === undefined) return { effect: "none" };
  if (typeof from !== "number" || typeof to !== "number") return { effect: "live" };
  if (to > from) {
    const { path: image, format } = shall;
    return { effect: "live", steps: [growStep({ path: image, format, bytes: to * GIB })] };
  }
  return {
    effect: "none",
    refused: `is ${to}, but the image has ${from} GiB, and an image is never made smaller: what a guest stored at its end would be cut off. Set sizeGiB to ${acceptedGiB(from * GIB)} or more, or make a new image at another path.`,
  };
}

function isNobodysToGrow(format: DiskImageShall["format"]): boolean {
  return !isUnknown(format) && storageOf(format).makes === undefined;
}

/** Does the program declare another image than this one? */
function isAnother(is: Image, shall: DiskImageShall): boolean {
  const from = sourceOf(is, shall);
  const hasOtherContent = from !== UNSEEN && sourceOutcome({ from, to: shall.source, is, shall }).effect === "replace";
  // Of what is only half-made no format shows.
  const hasOtherFormat = is.format !== undefined && is.format !== shall.format;
  return is.path !== shall.path || hasOtherFormat || hasOtherContent;
}

/**
 * What the image began as. Of an observed image only the content is known, and it counts only where the program declares
 * one: a source that was taken out of the program says nothing about an image that is made. Of another image of the host the content is
 * known to nobody.
 */
function sourceOf({ declared, madeOf }: Image, { source }: DiskImageShall): ImageSource | undefined | typeof UNSEEN {
  if (declared !== undefined) return declared.source;
  if (madeOf === undefined || source === undefined || isUnknown(source) || isImage(source)) return UNSEEN;
  if (madeOf === "empty") return undefined;
  return madeOf === markOf(source) ? source : { path: "(found on the host)", sha256: madeOf };
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
