/** What an image begins as: a file from a URL or from the machine that runs Pulumi, as it is or compressed; or another image of its host. Pure. */
import { z } from "zod";
import { COMPRESSIONS, STORAGE_FORMATS, type StorageFormat, type WantedImage } from "../../host/storage/storage";
import { isUnknown, shown } from "../../property";
import { hostPath } from "../host-path";
import {
  SUM_RULE,
  type SourcePath,
  type SourceUrl,
  completeSource,
  describeSource,
  isSecretSource,
  isUrl,
  mustBeObject,
  sourceFields,
} from "../source-file/source-file.schema";

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

/** Another image of the same host, which is copied when this one is made; no guest may use it then. */
export interface ImageSourceImage {
  /** Its absolute path on the host. A change: none, it counts when the image is made. */
  readonly image: string;
  /**
   * The format of that image, such as `raw`. Default: that of the DiskImage; of a path `raw`, and one that begins as a qcow2 image does is refused, since its guest may
   * have written that. A change: none, it counts when the image is made.
   */
  readonly format?: StorageFormat | undefined;
  /**
   * It is converted by `qemu-img` where its format is not the image's. Default: `false`, which refuses it. A change: none, it counts when
   * the image is made.
   */
  readonly convert?: boolean | undefined;
}

/** What a disk image begins as: a URL, a file of the machine that runs Pulumi, or another image of the host. */
export type ImageSource = ImageSourceUrl | ImageSourcePath | ImageSourceImage;

const { url, path, sha256 } = sourceFields;
const HERE = "of another image of the host there is only format and convert to say";

export const imageSourceSchema = z
  .strictObject(
    {
      url,
      path,
      image: hostPath("an image").optional(),
      sha256: sha256.optional(),
      compression: z.enum(COMPRESSIONS).optional(),
      format: z.enum(STORAGE_FORMATS).optional(),
      convert: z.boolean().optional(),
    },
    { error: mustBeObject },
  )
  .superRefine((given, context) => {
    const count = [given.url, given.path, given.image].filter((each) => each !== undefined).length;
    const fault = (at: string[], message: string): void => context.addIssue({ code: "custom", path: at, message });
    if (count !== 1) {
      fault(
        [],
        "must have either a url that the host fetches, or the path of a file on the machine that runs Pulumi, or another image of the host",
      );
      return;
    }
    if (given.image === undefined && given.sha256 === undefined) fault(["sha256"], SUM_RULE);
    if (given.image === undefined && given.format !== undefined)
      fault(["format"], "must be left out: the format of a file is read from its first bytes");
    if (given.image !== undefined && given.sha256 !== undefined) fault(["sha256"], `must be left out: ${HERE}`);
    if (given.image !== undefined && given.compression !== undefined)
      fault(["compression"], `must be left out: ${HERE}`);
  }) as unknown as z.ZodType<ImageSource>;

export function isImage(source: ImageSource): source is ImageSourceImage {
  return !isUnknown(source) && "image" in source && source.image !== undefined;
}

export function isUrlSource(source: ImageSource): source is ImageSourceUrl {
  return !isUnknown(source) && !isImage(source) && isUrl(source);
}

/** A file that is brought from the machine that runs Pulumi. */
export function isLocal(source: ImageSource): source is ImageSourcePath {
  return !isUnknown(source) && !isImage(source) && !isUrl(source);
}

/** What is written down on the host of what an image was made of: one word. */
export function markOf(source: ImageSource): string {
  return isImage(source) ? `image:${source.image}` : source.sha256;
}

/** The same source in one writing. */
export function completeImageSource(source: ImageSource): ImageSource {
  return isImage(source) ? source : completeSource(source);
}

/** For texts; `[secret]` where that property is one of `secrets`. */
export function describeImageSource(source: ImageSource, secrets: readonly string[] | undefined): string {
  return isImage(source)
    ? shown(source.image, { secret: isSecretSource("source", secrets) })
    : describeSource(source, "source", secrets);
}

/** Of the other image, as its copy has to know it. */
export function imageToCopy(source: ImageSource | undefined): WantedImage["image"] {
  if (source === undefined || !isImage(source)) return undefined;
  const { image, format } = source;
  // A logical volume or another device holds the bytes of a disk.
  return { path: image, format: format === undefined ? undefined : format === "qcow2" ? "qcow2" : "raw" };
}

/** As it is declared; an image of the host is not compressed. */
export function compressionOf(source: ImageSource | undefined): WantedImage["compression"] {
  return source === undefined || isImage(source) ? undefined : source.compression;
}
