/**
 * Fetching a file onto the host: by whichever of curl, wget and python3 is there, to a temporary name, compared by
 * SHA-256 before it takes its own. A cut download goes on where it stopped; one that does not match starts over once.
 */
import { type ShellText, libraryText, sh } from "../shell";
import { progressFunctions } from "./progress";

export interface Download {
  /** For messages: `kernel`. */
  readonly label: string;
  /** For messages, where it comes from: `http://…/vmlinuz`, `[secret]`. */
  readonly from: string;
  /** The URL is a secret: what the tool says of it is not shown. */
  readonly hides: boolean;
  /** The shell word of a file with the URL, http or https: sh`"$JOB_FILES"/url`. It is an argument of no program. */
  readonly urlFile: ShellText;
  /** 64 lower-case hex digits. */
  readonly sha256: string;
  /** Where the file goes; its folder exists. `TARGET.part` is used while it comes. */
  readonly target: string;
  /** What is longer is not what was meant, and is not fetched to its end. Default: what the file system has room for. */
  readonly mostBytes?: number | undefined;
  /** Of the finished file; default 0644. */
  readonly mode?: string;
}

const REMEDY = "Correct sha256, or find out who changed the file.";

/** Says which program fetches. */
export const downloader = libraryText(__dirname, "downloader.sh");

/** Fetches what its variables say (library/download.sh). */
export const fetching = sh`dl_fetch=${libraryText(__dirname, "fetch.py")}
${progressFunctions}
${libraryText(__dirname, "download.sh")}`;

/** Makes it so that the file is there. Prints a line now and then: `kernel: 41 % (12 of 29 MB), 3.1 MB/s, 6 s left`. For a step of a job. */
export function download({
  label,
  from,
  hides,
  urlFile,
  sha256,
  target,
  mostBytes,
  mode = "0644",
}: Download): ShellText {
  return sh`(
dl_label=${label} dl_from=${from} dl_hides=${hides ? "yes" : "no"} dl_url_file=${urlFile} dl_want=${sha256} dl_target=${target}
dl_part=${`${target}.part`} dl_mode=${mode} dl_most=${mostBytes ?? ""} dl_kind=sha256 dl_remedy=${REMEDY}
${downloader}
${fetching}
)`;
}
