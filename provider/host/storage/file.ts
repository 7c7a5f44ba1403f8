/** What the two kinds of image files have in common: their place, their making under another name, their removal. Shell text; pure. */
import { PYGRUB_USER } from "../../xen";
import { type ShellText, libraryText, lines, sh } from "../../shell";
import { taken } from "./taken";
import { claimLock } from "../claim";
import { folderOfKind } from "../owned-folder";
import { MIB, acceptedGiB, gib, isWholeMiB, mib } from "./size";
import { broughtPath } from "./source";
import type { MakingStorage, Place, StorageFormat, StoredImage, WantedImage } from "./storage";

/** The folders that we made, for all images together: whoever removes the last image removes them. */
export const MADE_FOLDERS = `${folderOfKind("disk-image")}/folders`;

/** What `path` is while it is made. */
export function unfinishedPath(path: string): string {
  return `${path}.pulumi-xen-new`;
}

/** The mount point is written down: an image whose file system is not mounted later is not gone. */
function prepareFolders({ path, folder }: Place): ShellText {
  const mount = `${folder}/mount`;
  return sh`(
${claimLock}
image=${path} made_folders=${MADE_FOLDERS}
${libraryText(__dirname, "make-folders.sh")}
)
[ -f ${mount} ] || df -Pk "$(dirname ${path})" | tail -n 1 | awk '{ print $6 }' >${mount}`;
}

/** What was not made by us is known by its path alone: somebody may put a copy of it back. */
function adoptFile({ folder }: Place): ShellText {
  return sh`rm -f ${`${folder}/made`} ${`${folder}/made-of`}`;
}

/** `fill`: makes the file $new, of nothing or of the source that was brought. Under its own name it is whole. */
export function makeFile({ path, folder }: Place, { bytes = 0, source }: WantedImage, fill: ShellText): ShellText {
  return sh`image=${path} new=${unfinishedPath(path)} brought=${broughtPath(path)} made=${`${folder}/made`}
if [ -f "$image" ] && [ -f "$made" ] && [ "$(stat -c %i "$image")" = "$(cat "$made")" ]; then
  rm -f "$new" "$brought" "$brought.plain"; echo "$image is there"; exit 0
fi
${fill}
printf '%s\n' ${source ?? "empty"} >${`${folder}/made-of.new`}
mv -f ${`${folder}/made-of.new`} ${`${folder}/made-of`}
(
${claimLock}
${taken}
${libraryText(__dirname, "place-image.sh")}
)
rm -f "$brought" "$brought.plain"
free=$(df -Pk "$(dirname "$image")" | tail -n 1 | awk '{ print $4 }')
if [ "$((free * 1024))" -lt ${bytes} ]; then
  echo "note: the guest may fill the image up to $((${bytes} / 1048576)) MiB, and the file system has $((free / 1024)) MiB free"
fi`;
}

/** XenHost makes this user, whose own group must be able to read the image: pygrub runs as it. */
function permitFile({ path }: Place): ShellText {
  // A run that was ended between an image and its source leaves that to the next one.
  return sh`image=${path} pygrub_group=${PYGRUB_USER}
rm -f ${broughtPath(path)} ${`${broughtPath(path)}.plain`}
${libraryText(__dirname, "permit-file.sh")}`;
}

function removeFile({ path, folder }: Place): ShellText {
  return lines([
    sh`image=${path} mark=${folder} new=${unfinishedPath(path)} brought=${broughtPath(path)} made_folders=${MADE_FOLDERS}`,
    libraryText(__dirname, "remove-file.sh"),
  ]);
}

/** `atOnce`: what making it writes now. A sparse file writes nothing: promising more than the disk has is the user's decision, and usual. */
export function cannotMakeFile(
  seen: StoredImage,
  { path, sourceBytes = 0 }: WantedImage,
  atOnce: number,
  missing: readonly string[] = [],
): string[] {
  const needed = atOnce + MIB + sourceBytes;
  return [
    ...(seen.obstacle === undefined
      ? []
      : [`${seen.obstacle} is no folder, so ${path} cannot be made. Choose another path.`]),
    ...isNotMounted(seen, path),
    ...missing,
    ...(seen.freeBytes >= needed
      ? []
      : [
          `${seen.folder} has ${mib(seen.freeBytes)} MiB free, and making ${path} writes ${mib(needed)} MiB at once. Free some space, or choose another path.`,
        ]),
  ];
}

export function cannotUseFile(seen: StoredImage, { path, bytes = 0 }: WantedImage, format: StorageFormat): string[] {
  if (seen.type !== "file" || seen.isLink)
    return [`${path} is no plain file${seen.isLink ? " but a symbolic link" : ""}. Choose another path.`];
  if (seen.format !== format) return [`${path} is no ${format} image. Correct format, or choose another path.`];
  const found = seen.sizeBytes ?? 0;
  if (found <= bytes) return [];
  return [
    `${path} has ${gib(found)} GiB on the host, more than sizeGiB ${gib(bytes)}, and an image is never made smaller. Set sizeGiB to ${acceptedGiB(found)}${isWholeMiB(found) ? "" : ", the next size in whole MiB"}.`,
  ];
}

/** The verbs that every image file has alike. */
export const fileVerbs: Pick<MakingStorage, "prepare" | "adopt" | "sourceAt" | "permit" | "release" | "remove"> = {
  prepare: prepareFolders,
  adopt: adoptFile,
  sourceAt: ({ path }) => broughtPath(path),
  permit: permitFile,
  release: () => sh``,
  remove: removeFile,
};

/** An image made on a file system that is not mounted now is not gone; it is out of sight. */
export function isNotMounted(
  seen: Pick<StoredImage, "type" | "mountPoint" | "mountPointWhenMade">,
  path: string,
): string[] {
  const { mountPointWhenMade: before, mountPoint: now } = seen;
  if (seen.type !== "absent" || before === undefined || before === now) return [];
  return [
    `${path} was made on the file system mounted at ${before}, which is not mounted now. Mount it and run again.`,
  ];
}
