/** What the user says about a disk image, and what we remember of it. */
import { z } from "zod";
import type { CommonInputs } from "../../pulumi";
import { type Connection, connectionSchema } from "../../remote/connection/connection";
import { type SourceFile, sourceFileSchema } from "../source-file/source-file.schema";

/** `block`: a block device that exists already (a partition, a logical volume); it is used, never changed. */
const IMAGE_FORMATS = ["raw", "qcow2", "block"] as const;
export type ImageFormat = (typeof IMAGE_FORMATS)[number];

export interface DiskImageInputs extends CommonInputs {
  readonly connection: Connection;
  /** Absolute path on the host. Changing it replaces the image. */
  readonly path: string;
  /** What the guest sees, in whole MiB. Grows live; never shrinks. For a block device: at least so big. */
  readonly sizeGiB?: number;
  /** Default raw: a sparse file. Changing it replaces the image. */
  readonly format?: ImageFormat;
  /** qcow2 only: `metadata` lays out its tables at once, as `qemu-img -o preallocation=metadata`. Default off. */
  readonly preallocation?: "off" | "metadata";
  /** What the image begins as; default empty. Must be of the image's own format. Counts when the image is made. */
  readonly source?: SourceFile;
  /** The image stays on the host when the resource is deleted. Default false. */
  readonly keepOnDelete?: boolean;
  /** An image that exists already is taken over when format and size fit. Default false: that is an error. */
  readonly adopt?: boolean;
}

export interface DiskImageOutputs {
  readonly machineId: string;
  /** `making` until the image is whole. */
  readonly phase: "making" | "ready";
  /** What the guest sees, in bytes. */
  readonly sizeBytes?: number;
}

// xl takes the rest of a disk's text as its path, commas included, but its older forms do not; and a path that needs
// no quoting anywhere cannot be quoted wrongly anywhere.
const path = z
  .string()
  .max(1024)
  .regex(
    /^(\/[A-Za-z0-9._+@:=-]+)+$/,
    "must be an absolute path of letters, digits and . _ + @ : = - without a slash at its end",
  )
  .refine(
    (text) => !text.split("/").some((part) => part === "." || part === ".."),
    'must not contain "." or ".." as a part',
  );

export const diskImageSchema = z.strictObject({
  connection: connectionSchema,
  path,
  sizeGiB: z
    .number()
    .positive()
    .max(65536)
    .refine((size) => Number.isInteger(size * 1024), "must be whole MiB, such as 10 or 0.5 (a multiple of 1/1024)")
    .optional(),
  format: z.enum(IMAGE_FORMATS).optional(),
  preallocation: z.enum(["off", "metadata"]).optional(),
  source: sourceFileSchema.optional(),
  keepOnDelete: z.boolean().optional(),
  adopt: z.boolean().optional(),
});
