/**
 * Fetching a distribution's file: the sum comes from the file of sums beside it, whose signature is verified on the host where the
 * distribution signs. What is not known offline (which image is the latest now) is found when it is fetched, and written down. Shell text; pure.
 */
import { type ShellText, libraryText, sh } from "../shell";
import type { Published } from "./distributions/distribution";
import { signingKeys } from "./distributions/keys";
import { downloader, fetching } from "./download";

export interface NamedDownload {
  /** For messages: `image`. */
  readonly label: string;
  /** For messages, what is fetched: `the cloud image of debian 12`. */
  readonly what: string;
  /** For messages: `debian`. */
  readonly distribution: string;
  readonly published: Published;
  /** The mirror is a secret: what a tool says of it is not shown. */
  readonly hides: boolean;
  /** The shell word of a file with the mirror's URL, without a slash at its end. */
  readonly mirrorFile: ShellText;
  /** The shell word of a file with the public key that the user gives; `undefined`: the host's keyrings count. */
  readonly keyFile: ShellText | undefined;
  /** 64 lower-case hex digits where the user pins the file: then no sums are fetched. */
  readonly sha256: string | undefined;
  /** Where the file goes; its folder exists. */
  readonly target: string;
  /** Where the SHA-256 of what was fetched is written down, for later steps. */
  readonly sumFile: string;
  readonly mode?: string;
  /** Of a longer file nothing more is fetched; absent: whatever fits. */
  readonly mostBytes?: number;
}

const PINNED = "Correct sha256, or find out who changed the file.";
const NAMED = "The mirror may be in the middle of an update: run again later, or name another mirror.";

/** Makes it so that the file is there, with the sum that the distribution publishes now. For a step of a job. */
export function namedDownload(file: NamedDownload): ShellText {
  const { label, what, hides, mirrorFile, published, sha256, target, sumFile, mode = "0644" } = file;
  return sh`(
dl_label=${label} dl_from=${what} dl_hides=${hides ? "yes" : "no"} dl_target=${target} dl_part=${`${target}.part`} dl_mode=${mode} dl_most=${file.mostBytes ?? ""}
nm_mirror=$(cat ${mirrorFile})
${downloader}
${sha256 === undefined ? sumsOf(file) : sh`dl_want=${sha256} dl_kind=sha256 dl_remedy=${PINNED}`}
dl_url_file=$(mktemp)
trap 'rm -f "$dl_url_file"' EXIT
printf '%s/%s\n' "$nm_mirror" ${published.path} >"$dl_url_file"
( ${fetching}
)
note_down ${sumFile} "$(sha256sum ${target} | cut -d' ' -f1)"
)`;
}

function sumsOf({ distribution, published, keyFile }: NamedDownload): ShellText {
  const { sums } = published;
  const { signed } = sums ?? {};
  const keys = signed === undefined ? undefined : signingKeys(signed.by);
  const isTrusted = keyFile === undefined;
  return sh`nm_sums=${sums?.path ?? ""} nm_kind=${sums?.kind ?? "sha256"} nm_name=${sums?.name ?? ""} nm_form=${signed?.form ?? "none"}
nm_signed=${signed?.path ?? ""} nm_listed=${signed?.name ?? ""} nm_release=${signed?.codename ?? ""} nm_what=${distribution} nm_package=${keys?.package ?? ""}
nm_fingerprints=${isTrusted ? (keys?.fingerprints ?? []).join(" ") : ""} nm_keys=${keyFile ?? sh`${(keys?.keyrings ?? []).join(" ")}`}
nm_fetch=${libraryText(__dirname, "fetch-list.py")}
${libraryText(__dirname, "named-sum.sh")}
dl_kind=${sums?.kind ?? "sha256"} dl_remedy=${NAMED}`;
}
