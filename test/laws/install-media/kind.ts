/** Installation media, for the laws. They are read while a guest is installed: no change of them touches what runs. */
import { planOf } from "../../../provider/change";
import { type FromNetboot, isFromNetboot } from "../../../provider/resources/install-media/install-media.netboot";
import { nameOfDistribution } from "../../../provider/resources/source-file/distribution.schema";
import { installMediaKind } from "../../../provider/resources/install-media/install-media.lifecycle";
import type { Media } from "../../../provider/resources/install-media/install-media.media";
import {
  type InstallMediaInputs,
  installMediaTable,
} from "../../../provider/resources/install-media/install-media.properties";
import { mediaFiles } from "../../../provider/resources/install-media/install-media.rules";
import { type BootSource, isInIso, isOnHost } from "../../../provider/resources/install-media/install-media.iso";
import type { Edit } from "../edits";
import type { LawKind, SavedOr } from "../kind";
import { type Hand, hands, touched } from "./hands";
import { type Host, apply, lacks, made, observed, read } from "./host";
import { edited, edits, programs } from "./programs";

export const installMediaLaw: LawKind<
  InstallMediaInputs,
  SavedOr<InstallMediaInputs, Media>,
  Edit<never>,
  Host,
  Hand
> = {
  name: "InstallMedia",
  kind: installMediaKind,
  programs,
  edits,
  edited,
  plan: (is, shall) =>
    "saved" in is
      ? installMediaKind.changes(is.saved, shall)
      : planOf(installMediaTable, is.seen, shall, { secrets: shall.secretProperties ?? [] }),
  asMade: (saved) => ({ saved }),
  host: { made, observed: (host, shall) => ({ seen: observed(host, shall) }), apply, read, lacks, hands, touched },
  // No host shows where a file or an ISO came from, nor where it is to be served.
  isQuiet: ({ property }, olds, news) => {
    if (["serveOn", "servePort", "tree"].includes(property)) return true;
    if (property === "iso" && isOnHost(news.iso) && (olds.iso === undefined || isOnHost(olds.iso))) return true;
    const sum = (inputs: InstallMediaInputs): string | undefined =>
      contentOf(mediaFiles(inputs).find((file) => file.property === property)?.source, inputs);
    return sum(olds) === sum(news);
  },
  finished: { phase: "ready" },
  label: "name",
  hidden: () => [],
  own: {},
};

/** The same for files of the same content. */
function contentOf(source: BootSource | FromNetboot | undefined, { iso }: InstallMediaInputs): string | undefined {
  if (isFromNetboot(source)) return nameOfDistribution(source.netboot);
  if (!isInIso(source)) return source?.sha256;
  return `${String(iso?.sha256 ?? (isOnHost(iso) ? iso.hostPath : ""))} ${source.inIso}`;
}
