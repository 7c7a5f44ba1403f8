/**
 * An ISO image on the host: what it is known by, and single files out of it. It is read by a program of ours (library/iso9660.py) and not
 * mounted: nothing in it can lead into the host, and nothing stays behind after a kill.
 */
import { type Answer, type ShellText, anyPython, libraryText, sh } from "../shell";
import { confirmAbsence } from "./absence";

/** Reads files out of an ISO image; of the media server, too. */
export const isoReader = libraryText(__dirname, "iso9660.py");
const identity = libraryText(__dirname, "iso-identity.sh");
const lookAtIso = libraryText(__dirname, "look-at-iso.sh");
const takeFile = libraryText(__dirname, "take-from-iso.sh");

export interface IsoOnItsHost {
  /** Its absolute path. */
  readonly path: string;
  /** 64 lower-case hex digits, where it is known by them. */
  readonly sha256: string | undefined;
}

/** For a question. @param isServed - the media server has to be able to read it */
export function sayIso({ path, sha256 }: IsoOnItsHost, isServed: boolean): ShellText {
  return sh`(
li_iso=${path} li_whole=${yesNo(sha256 !== undefined)} li_tree=${yesNo(isServed)} li_reader=${isoReader} li_python=${anyPython}
${identity}
if [ ! -e "$li_iso" ]; then
  ${confirmAbsence(sh`"$li_iso"`)}
fi
${lookAtIso})`;
}

/** What the ISO is known by; `undefined`: it is not there, or cannot be read, which `trouble` tells. */
export function readIso(answer: Answer): { id: string | undefined; trouble: string | undefined } {
  return { id: answer.get("iso.id"), trouble: answer.get("iso.trouble") };
}

export interface FileToTake {
  readonly iso: IsoOnItsHost;
  /** Inside the ISO. */
  readonly inIso: string;
  /** For messages: `kernel`. */
  readonly label: string;
  /** The folder that it goes to, which has the record, and its name there. */
  readonly folder: string;
  readonly name: string;
}

/** In the folder: which file came out of which ISO. A line a file: name, SHA-256, what the ISO is known by, path in it. */
export const TAKEN_RECORD = "taken";

/** Makes it so that the file is there. For a step of a job. */
export function takeOutOfIso({ iso, inIso, label, folder, name }: FileToTake): ShellText {
  return sh`(
ti_iso=${iso.path} ti_id=${iso.sha256 ?? ""} ti_path=${inIso} ti_target=${`${folder}/${name}`} ti_label=${label} ti_name=${name}
ti_record=${`${folder}/${TAKEN_RECORD}`} ti_reader=${isoReader} ti_python=${anyPython}
${identity}
${takeFile})`;
}

/** The record's lines. */
export function readTaken(text: string): Map<string, { sum: string; iso: string; inIso: string }> {
  return new Map(
    text.split("\n").flatMap((line): [string, { sum: string; iso: string; inIso: string }][] => {
      const [, name, sum, iso, inIso] = /^(\S+) ([0-9a-f]{64}) ([0-9a-f]{64}) (.+)$/.exec(line) ?? [];
      return name === undefined || sum === undefined || iso === undefined || inIso === undefined
        ? []
        : [[name, { sum, iso, inIso }]];
    }),
  );
}

function yesNo(is: boolean): "yes" | "no" {
  return is ? "yes" : "no";
}
