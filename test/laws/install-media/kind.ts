/** Installation media, for the laws. They are read while a guest is installed: no change of them touches what runs. */
import { planOf } from "../../../provider/change";
import { installMediaKind } from "../../../provider/resources/install-media/install-media.lifecycle";
import {
  type InstallMediaInputs,
  type Media,
  installMediaTable,
} from "../../../provider/resources/install-media/install-media.properties";
import { mediaFiles } from "../../../provider/resources/install-media/install-media.rules";
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
  host: { made, observed: (host) => ({ seen: observed(host) }), apply, read, lacks, hands, touched },
  // No host shows where a file came from, nor where it is to be served.
  isQuiet: ({ property }, olds, news) => {
    const sum = (inputs: InstallMediaInputs): string | undefined =>
      mediaFiles(inputs).find((file) => file.property === property)?.source.sha256;
    return ["serveOn", "servePort"].includes(property) || sum(olds) === sum(news);
  },
  finished: { phase: "ready" },
  label: "name",
  hidden: () => [],
  own: {},
};
