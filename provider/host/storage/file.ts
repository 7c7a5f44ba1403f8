/** What the two kinds of image files have in common: their place, their making under another name, their removal. Shell text; pure. */
import { PYGRUB_USER } from "../../xen";
import { type ShellText, libraryText, lines, sh } from "../../shell";
import { unlessShared } from "./backing";
import { taken } from "./taken";
import { claimLock } from "../claim";
import { folderOfKind } from "../owned-folder";
import { keepFile } from "../trash/trash";
import { cannotWrite, cannotWriteTo } from "./mount";
import { MIB, freeMib, gib, mib, setToAtLeast } from "./size";
import { broughtPath, madeOf } from "./source";
import { observeFileSpace, promiseOfFile } from "./space";
import type { MakingStorage, MovingStorage, Place, StorageFormat, StoredImage, Trash, WantedImage } from "./storage";

/** The folders that we made, for all images together: whoever removes the last image removes them. */
export const MADE_FOLDERS = `${folderOfKind("disk-image")}/folders`;

/** Removes those of them that are empty. Needs $made_folders; runs under the lock of claims. */
export const forgetFolders: ShellText = libraryText(__dirname, "forget-folders.sh");

/** What `path` is while it is made. */
export function unfinishedPath(path: string): string {
  return `${path}.pulumi-xen-new`;
}

/** The mount point is written down, and what is mounted there: an image whose file system is not mounted later is not gone. */
function prepareFolders({ path, folder }: Place): ShellText {
  const mount = `${folder}/mount`;
  return sh`(
${claimLock}
image=${path} made_folders=${MADE_FOLDERS}
${libraryText(__dirname, "make-folders.sh")}
${libraryText(__dirname, "selinux-label.sh")}
)
[ -s ${mount} ] || note_down ${mount} "$(df -Pk "$(dirname ${path})" | tail -n 1 | awk '{ print $6; print $1 }')"`;
}

/** What was not made by us is known by its path alone: somebody may put a copy of it back. */
function adoptFile({ folder }: Place): ShellText {
  return sh`rm -f ${`${folder}/made`} ${`${folder}/made-of`}`;
}

/** `fill`: makes the file $new, of nothing or of the source that was brought. Under its own name it is whole. */
export function makeFile(place: Place, wanted: WantedImage, fill: ShellText): ShellText {
  const { path, folder } = place;
  const { bytes = 0, overcommit } = wanted;
  return sh`image=${path} new=${unfinishedPath(path)} brought=${broughtPath(path)} made=${`${folder}/made`}
if [ -f "$image" ] && [ -f "$made" ] && [ "$(stat -c %i "$image")" = "$(cat "$made")" ]; then
  rm -f "$new" "$brought" "$brought.plain"; echo "$image is there"; exit 0
fi
${promiseOfFile(place, bytes, overcommit)}
${fill}
note_down ${`${folder}/made-of`} ${madeOf(wanted)}
(
${claimLock}
${taken}
${libraryText(__dirname, "place-image.sh")}
)
rm -f "$brought" "$brought.plain" ${`${folder}/backing`}
free=$(df -Pk "$(dirname "$image")" | tail -n 1 | awk '{ print $4 }')
if [ "$((free * 1024))" -lt ${bytes} ]; then
  echo "note: the guest may fill the image up to $((${bytes} / 1048576)) MiB, and the file system has $((free / 1024)) MiB free"
fi`;
}

/** The copy of a moved image is made under another name, as an image is. */
const movesOfFile: MovingStorage = {
  draft: ({ path }) => sh`new=${unfinishedPath(path)}
rm -f "$new"`,
  place: ({ path, folder }) => sh`image=${path} new=${unfinishedPath(path)} made=${`${folder}/made`}
${taken}
${libraryText(__dirname, "place-image.sh")}`,
};

/** XenHost makes this user, whose own group must be able to read the image: pygrub runs as it. */
function permitFile({ path }: Place): ShellText {
  // A run that was ended between an image and its other name or its source leaves these to the next one.
  return sh`image=${path} pygrub_group=${PYGRUB_USER}
rm -f ${unfinishedPath(path)} ${broughtPath(path)} ${`${broughtPath(path)}.plain`}
${libraryText(__dirname, "permit-file.sh")}`;
}

function removeFile(place: Place, trash: Trash | undefined): ShellText {
  const { path, folder } = place;
  return lines([
    sh`image=${path} mark=${folder} new=${unfinishedPath(path)} brought=${broughtPath(path)} made_folders=${MADE_FOLDERS}
unless_shared() {
${unlessShared("removed", trash === undefined ? undefined : "trash")}
}`,
    trash === undefined ? libraryText(__dirname, "discard-file.sh") : lines([trash.begin(place), keepFile]),
    libraryText(__dirname, "remove-file.sh"),
    forgetFolders,
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
    ...cannotWrite(seen, path),
    ...missing,
    ...(seen.freeBytes >= needed
      ? []
      : [
          `${seen.folder} has ${freeMib(seen.freeBytes)} MiB free, and making ${path} writes ${mib(needed)} MiB at once. Free some space, or choose another path.`,
        ]),
  ];
}

export function cannotUseFile(seen: StoredImage, { path, bytes = 0 }: WantedImage, format: StorageFormat): string[] {
  if (seen.type !== "file" || seen.isLink)
    return [`${path} is no plain file${seen.isLink ? " but a symbolic link" : ""}. Choose another path.`];
  if (seen.format !== format) return [`${path} is no ${format} image. Correct format, or choose another path.`];
  const found = seen.sizeBytes ?? 0;
  if (found <= bytes) return found < bytes ? cannotWriteTo(seen, path) : [];
  return [
    `${path} has ${gib(found)} GiB on the host, more than sizeGiB ${gib(bytes)}, and an image is never made smaller. ${setToAtLeast(found)}.`,
  ];
}

/** The verbs that every image file has alike. */
export const fileVerbs: Omit<MakingStorage, "cannotMake" | "make" | "grow" | "snapshots"> = {
  prepare: prepareFolders,
  adopt: adoptFile,
  sourceAt: ({ path }) => broughtPath(path),
  observeSpace: observeFileSpace,
  permit: permitFile,
  moves: movesOfFile,
  release: () => sh``,
  remove: removeFile,
};

/** An image made on a file system that is not mounted now is not gone; it is out of sight. */
export function isNotMounted(
  seen: Pick<StoredImage, "type" | "mountPoint" | "mountPointWhenMade" | "mounted" | "mountedWhenMade">,
  path: string,
): string[] {
  const { mountPointWhenMade: before, mountPoint: now, mountedWhenMade: its, mounted: another } = seen;
  if (seen.type !== "absent" || before === undefined) return [];
  if (before !== now) {
    return [
      `${path} was made on the file system mounted at ${before}, which is not mounted now. Mount it and run again.`,
    ];
  }
  // A local disk may have another name after a boot; a share keeps its own.
  if (its === undefined || !isShare(its) || its === another) return [];
  return [
    `${path} was made on ${its}, and ${another ?? "something else"} is mounted at ${now} now. Mount the former one there and run again; where the image is gone for good, release its claim by hand (docs/claims.md).`,
  ];
}

/** `server:/path` of NFS, `//server/share` of CIFS. */
function isShare(source: string): boolean {
  return /^\/\/|:\//.test(source);
}
