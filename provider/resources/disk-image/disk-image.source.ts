/** What an image begins as: a file from a URL or from the machine that runs Pulumi, as it is or compressed, in one format or the other. Pure. */
import { z } from "zod";
import { COMPRESSIONS } from "../../host/storage/source";
import { type SourcePath, type SourceUrl, sourceFields, sourceRules } from "../source-file/source-file.schema";

/** How the file is read once it is on the host. */
interface Reading {
  /**
   * How the file is compressed: `gz`, `xz`, `zst` or `none`. Default: what its first bytes say; its name says nothing. A change: none, it
   * counts when the image is made.
   */
  readonly compression?: "gz" | "xz" | "zst" | "none" | undefined;
  /**
   * A source in another format than the image's (qcow2 for raw or lvm, raw for qcow2) is converted on the host by `qemu-img`. Default:
   * `false`, which refuses it. A change: none, it counts when the image is made.
   */
  readonly convert?: boolean | undefined;
}

/** A disk image that the host fetches by itself. The SHA-256 is of the file as it is served, before it is unpacked. */
export interface ImageSourceUrl extends SourceUrl, Reading {}

/** A disk image that is brought from the machine that runs Pulumi. The SHA-256 is of the file as it is, before it is unpacked. */
export interface ImageSourcePath extends SourcePath, Reading {}

/** What a disk image begins as: a URL, or a file of the machine that runs Pulumi. */
export type ImageSource = ImageSourceUrl | ImageSourcePath;

export const imageSourceSchema = sourceRules({
  ...sourceFields,
  compression: z.enum(COMPRESSIONS).optional(),
  convert: z.boolean().optional(),
}) as z.ZodType<ImageSource>;
