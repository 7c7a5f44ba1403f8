/**
 * The trash of a host: where a deleted image lies for some days, as it was, so that a wrong `destroy` can be undone. An entry is a folder
 * with a record and a copy of the image's claim; the image itself stays on its file system or in its volume group. A script beside the entries
 * is for people (docs/disk-image.md, ADR 15). Shell text; pure.
 */
import { type ShellText, libraryText, lines, sh } from "../../shell";
import { overlaysFunction } from "../image-overlays";
import { folderOfKind } from "../owned-folder";
import { daily } from "../services/daily";
import type { StorageFormat, Trash } from "../storage/storage";

export const TRASH_FOLDER = folderOfKind("trash");
/** For people; `sh` before it, since /var may be mounted without programs. */
export const TRASH_SCRIPT = `${TRASH_FOLDER}/trash`;
/** Of what empties it once a day. */
export const TRASH_TASK = "pulumi-xen-trash";

/** Defines discard_image, which moves the file $image there. */
export const keepFile: ShellText = lines([overlaysFunction, libraryText(__dirname, "keep-file.sh")]);
/** Defines discard_volume, which renames the volume of $image. */
export const keepVolume: ShellText = libraryText(__dirname, "keep-volume.sh");
/** What people call; see its first lines for what comes before. */
export const trashProgram: ShellText = libraryText(__dirname, "trash.sh");

const begin = libraryText(__dirname, "begin.sh");

/** @param script - the file of the job with the whole text for TRASH_SCRIPT */
export function trashFor(days: number, format: StorageFormat, script: string): Trash {
  return {
    begin: ({ folder }, rule = "") =>
      lines([
        sh`trash_root=${TRASH_FOLDER} trash_days=${days} trash_format=${format} trash_key=${folder.split("/").at(-1) ?? ""} trash_rule=${rule} trash_script="$JOB_FILES"/${script}`,
        begin,
      ]),
  };
}

/** What keeps its promise on a host that nobody touches any more; what has been kept for its days goes now. */
export const tendTrash: ShellText = sh`if [ -f ${TRASH_SCRIPT} ]; then
${daily({ name: TRASH_TASK, about: "pulumi-xen: remove deleted disk images whose days are over", command: ["/bin/sh", TRASH_SCRIPT, "empty"] })}
/bin/sh ${TRASH_SCRIPT} empty || echo "note: not all that is due could be removed from the trash (sh ${TRASH_SCRIPT} list)"
/bin/sh ${TRASH_SCRIPT} list
fi`;
