/** What an image begins as: a file from a URL, from a distribution or from the machine that runs Pulumi, as it is or compressed; or another image of its host. Pure. */
import { z } from "zod";
import { CLOUD_IMAGES } from "../../host/distributions/cloud-images";
import { COMPRESSIONS, STORAGE_FORMATS, type StorageFormat, type WantedImage } from "../../host/storage/storage";
import { isUnknown, shown } from "../../property";
import { hostPath } from "../host-path";
import {
  type FromDistribution,
  OF_DISTRIBUTION,
  completeDistribution,
  describeDistribution,
  distributionFaults,
  distributionFields,
  nameOfDistribution,
} from "../source-file/distribution.schema";
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

/**
 * A distribution's cloud image, in the version that is the latest on the mirror when the image is made. Its sum is that of the distribution's
 * file of sums, whose signature is verified on the host where the distribution signs it. A later image on the mirror is no change.
 */
export interface ImageSourceDistribution extends FromDistribution, Reading {
  /**
   * The SHA-256 of the image as it is served, 64 hex digits: then this counts, and no sums are fetched. Default: what the distribution
   * publishes. A change: none, it counts when the image is made.
   */
  readonly sha256?: string | undefined;
}

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

/** What a disk image begins as: a URL, a file of the machine that runs Pulumi, another image of the host, or a distribution's cloud image. */
export type ImageSource = ImageSourceUrl | ImageSourcePath | ImageSourceImage | ImageSourceDistribution;

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
      ...distributionFields,
    },
    { error: mustBeObject },
  )
  .superRefine((given, context) => {
    const count = [given.url, given.path, given.image, given.distribution].filter((each) => each !== undefined).length;
    const fault = (at: string[], message: string): void => context.addIssue({ code: "custom", path: at, message });
    if (count !== 1) {
      fault(
        [],
        "must have either a url that the host fetches, or the path of a file on the machine that runs Pulumi, or another image of the host, or a distribution",
      );
      return;
    }
    if (given.distribution !== undefined) {
      const how = { isPinned: given.sha256 !== undefined, pin: "sha256" };
      for (const { path: at, message } of distributionFaults(given, CLOUD_IMAGES, (image) => [image], how))
        fault(at, message);
    } else {
      for (const member of OF_DISTRIBUTION)
        if (given[member] !== undefined) fault([member], "must be left out: it counts only beside distribution");
      if (given.image === undefined && given.sha256 === undefined) fault(["sha256"], SUM_RULE);
    }
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
  return !isUnknown(source) && !isImage(source) && !isDistribution(source) && isUrl(source);
}

/** A file that is brought from the machine that runs Pulumi. */
export function isLocal(source: ImageSource): source is ImageSourcePath {
  return !isUnknown(source) && "path" in source && source.path !== undefined;
}

export function isDistribution(source: ImageSource): source is ImageSourceDistribution {
  return !isUnknown(source) && "distribution" in source && source.distribution !== undefined;
}

/**
 * What is written down on the host of what an image was made of: one word. Of a distribution's image its name, behind which the host writes
 * the SHA-256 of what it found.
 */
export function markOf(source: ImageSource): string {
  if (isImage(source)) return `image:${source.image}`;
  return isDistribution(source) ? nameOfDistribution(source) : source.sha256;
}

/** In a mirror's or a path's place: what the host has. */
const FOUND = "(found on the host)";

/** What a host's mark says that its image was made of; `source`, where it says that. */
export function sourceOfMark(mark: string, source: ImageSource): ImageSource {
  const [, name] = /^([^:]+\/[^:]+\/[^:]+):[0-9a-f]{64}$/.exec(mark) ?? [];
  if ((name ?? mark) === markOf(source)) return source;
  if (name === undefined) return { path: FOUND, sha256: mark };
  const [distribution = "", version = "", variant] = name.split("/");
  return { distribution, version, variant, mirror: FOUND } as ImageSourceDistribution;
}

/** The same source in one writing. */
export function completeImageSource(source: ImageSource): ImageSource {
  if (isImage(source)) return source;
  if (!isDistribution(source)) return completeSource(source);
  const whole = completeDistribution(source, CLOUD_IMAGES);
  const { sha256: sum } = whole;
  return sum === undefined || isUnknown(sum) ? whole : { ...whole, sha256: sum.toLowerCase() };
}

/** For texts; `[secret]` where that property is one of `secrets`. */
export function describeImageSource(source: ImageSource, secrets: readonly string[] | undefined): string {
  const secret = isSecretSource("source", secrets);
  if (isImage(source)) return shown(source.image, { secret });
  return isDistribution(source) ? describeDistribution(source, secret) : describeSource(source, "source", secrets);
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
