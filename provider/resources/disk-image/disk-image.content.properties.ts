/** Of an image's table: what it begins as, and what it shares. Pure. */
import { z } from "zod";
import { type EntryChange, type Table, UNSEEN } from "../../property";
import type { Step } from "../../shell";
import { hostPath } from "../host-path";
import { sourceOf, sourceOutcome } from "./disk-image.replaced";
import { type DiskImageShall, type Differing, type Image, replaces } from "./disk-image.shall";
import { type ImageSource, describeImageSource, imageSourceSchema } from "./disk-image.source";

/** A DiskImage knows both; a path needs its format: nothing is probed. */
const backingSchema = z.strictObject(
  { path: hostPath("an image"), format: z.enum(["raw", "qcow2"]) },
  {
    error: ({ code }) =>
      code === "invalid_type" ? "must be a DiskImage, or { path, format } of an image on the host" : undefined,
  },
);

export const imageContent = {
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
} satisfies Table<Image, DiskImageShall, Step>;

function sourceText(difference: Differing<ImageSource>): string {
  return difference.to === undefined || sourceOutcome(difference).effect === "none"
    ? "source (the image is made already)"
    : `source ${describeImageSource(difference.to, [])} (another content)`;
}
