/** The disk image, for the laws. It never shrinks: what would make it smaller is refused, in preview and on the host. */
import { planOf } from "../../../provider/change";
import { diskImageKind } from "../../../provider/resources/disk-image/disk-image.lifecycle";
import {
  type DiskImageInputs,
  type Image,
  diskImageTable,
} from "../../../provider/resources/disk-image/disk-image.properties";
import { isImage, markOf } from "../../../provider/resources/disk-image/disk-image.source";
import type { Edit } from "../edits";
import type { LawKind, SavedOr } from "../kind";
import { type Hand, hands, touched } from "./hands";
import { apply } from "./apply";
import { type Host, lacks, made, observed, read } from "./host";
import { edited, edits, programs } from "./programs";

export const diskImageLaw: LawKind<DiskImageInputs, SavedOr<DiskImageInputs, Image>, Edit<never>, Host, Hand> = {
  name: "DiskImage",
  kind: diskImageKind,
  programs,
  edits,
  edited,
  plan: (is, shall) =>
    "saved" in is
      ? diskImageKind.changes(is.saved, shall)
      : planOf(diskImageTable, is.seen, shall, { secrets: shall.secretProperties ?? [] }),
  asMade: (saved) => ({ saved }),
  host: { made, observed: (host) => ({ seen: observed(host) }), apply, read, lacks, hands, touched },
  // No host shows how big a device was asked to be, nor of an image what counts only when it is made or deleted.
  isQuiet: ({ property }, olds, news) =>
    property === "sizeGiB"
      ? olds.format === "block"
      : ["preallocation", "thinPool", "overcommit", "keepOnDelete", "deleteAfterDays", "adopt"].includes(property) ||
        (property === "source" &&
          (news.source === undefined ||
            isImage(news.source) ||
            (olds.source !== undefined && markOf(olds.source) === markOf(news.source)) ||
            olds.format !== news.format)),
  finished: { phase: "ready" },
  label: "path",
  hidden: () => [],
  own: {},
};
