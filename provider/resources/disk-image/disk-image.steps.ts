/** The jobs that make, grow and remove an image. Every step may be run again after any interruption. Pure. */
import { download } from "../../host/download";
import { imageUsersFunction } from "../../host/image-users";
import { ROOT_FOLDER, claimFolder, folderNameOf, ownedFolder, releaseFolder } from "../../host/owned-folder";
import { PYGRUB_USER } from "../../xen";
import { type Job, type ShellText, type Step, lines, sh } from "../../shell";
import { describeSource, isUrl } from "../source-file/source-file.schema";
import { growScript } from "./disk-image.grow";
import { sizeBytesOf } from "./disk-image.plan";
import type { DiskImageInputs } from "./disk-image.schema";

/** XenHost makes this user, whose own group must be able to read the image: pygrub runs as it. */
const PYGRUB_GROUP = PYGRUB_USER;

/** A download of an image may take long; the job ends by itself after this time. */
const MAKE_TIMEOUT_SECONDS = 6 * 3600;

/** What `path` is while it is made. */
export function unfinishedPath(path: string): string {
  return `${path}.pulumi-xen-new`;
}

/** For messages and locks: `disk-image/guest1.img-1f0c9a2b3c4d`. */
export function imageObject(path: string): string {
  return `disk-image/${folderNameOf(path)}`;
}

/** The mark and the folder, before a local file is brought there. */
export function claimJob(inputs: DiskImageInputs): Job {
  return { object: imageObject(inputs.path), title: `prepare ${inputs.path}`, steps: [claimStep(inputs.path)] };
}

/** Makes the image, or takes it over, or grows it: whatever is still to be done. */
export function imageJob(inputs: DiskImageInputs): Job {
  const { path, source } = inputs;
  const steps: Step[] = [claimStep(path)];
  if (source !== undefined && isUrl(source)) {
    steps.push({
      name: "download",
      title: `fetch ${describeSource(source)}`,
      effect: "none",
      script: sh`if [ ! -e ${path} ]; then
${download({ label: "image", url: source.url, sha256: source.sha256, target: unfinishedPath(path), mode: "0600" })}
fi`,
    });
  }
  steps.push(
    { name: "make", title: `make ${path}`, effect: "none", script: makeScript(inputs) },
    { name: "grow", title: `see that ${path} is as big as declared`, effect: "live", script: growScript(inputs) },
    { name: "permit", title: "let the boot loader read it", effect: "none", script: permitScript(path) },
  );
  return { object: imageObject(path), title: `disk image ${path}`, steps, timeoutSeconds: MAKE_TIMEOUT_SECONDS };
}

/** `keeps`: the image stays, only our mark goes. */
export function removeJob(path: string, keeps: boolean): Job {
  const remove: Step = { name: "remove", title: `remove ${path}`, effect: "none", script: removeScript(path) };
  const release: Step = {
    name: "release",
    title: "remove our mark",
    effect: "none",
    script: sh`${lock}
rm -rf ${ownedFolder("disk-image", folderNameOf(path))}
if ! ls -d ${`${ROOT_FOLDER}/disk-image`}/*/ >/dev/null 2>&1; then rm -f ${MADE_FOLDERS}; fi
${releaseFolder("disk-image", folderNameOf(path))}`,
  };
  return {
    object: imageObject(path),
    title: `remove disk image ${path}`,
    steps: keeps ? [release] : [remove, release],
  };
}

/** The folders that we made, for all images together: whoever removes the last image removes them. */
const MADE_FOLDERS = `${ROOT_FOLDER}/disk-image/folders`;

/** Two images may share folders; /run is there on every host and leaves no lock file behind. */
const lock = sh`if command -v flock >/dev/null 2>&1; then exec 7</run; flock 7; fi`;

function claimStep(path: string): Step {
  const mount = `${ownedFolder("disk-image", folderNameOf(path))}/mount`;
  return {
    name: "claim",
    title: "set our mark",
    effect: "none",
    script: sh`${lock}
${claimFolder("disk-image", folderNameOf(path), path)}
folder=$(dirname ${path}); missing=
while [ ! -d "$folder" ]; do
  missing="$folder
$missing"
  folder=$(dirname "$folder")
done
printf '%s' "$missing" | while IFS= read -r made; do
  printf '%s\n' "$made" >>${MADE_FOLDERS}
  mkdir "$made"; chmod 755 "$made"
done
[ -f ${mount} ] || df -Pk "$(dirname ${path})" | tail -n 1 | awk '{ print $6 }' >${mount}`,
  };
}

function makeScript(inputs: DiskImageInputs): ShellText {
  const { path, format, preallocation, source } = inputs;
  const bytes = sizeBytesOf(inputs) ?? 0;
  const empty =
    format === "qcow2"
      ? sh`qemu-img create -q -f qcow2 -o ${`preallocation=${preallocation ?? "off"}`} "$new" ${bytes}`
      : sh`truncate -s ${bytes} "$new"`;
  const fill =
    source === undefined
      ? lines([sh`rm -f "$new"`, empty])
      : format === "qcow2"
        ? qcow2FromSource(bytes)
        : rawFromSource(bytes);
  return sh`image=${path} new=${unfinishedPath(path)}
if [ -e "$image" ]; then echo "$image is there"; exit 0; fi
${fill}
chmod 600 "$new"
mv "$new" "$image"
free=$(df -Pk "$(dirname "$image")" | tail -n 1 | awk '{ print $4 }')
if [ "$((free * 1024))" -lt ${bytes} ]; then
  echo "note: the guest may fill the image up to $((${bytes} / 1048576)) MiB, and the file system has $((free / 1024)) MiB free"
fi`;
}

function rawFromSource(bytes: number): ShellText {
  return sh`[ "$(stat -L -c %s "$new")" -le ${bytes} ] || die "The source has $(stat -L -c %s "$new") bytes, more than the image's ${bytes}. Set sizeGiB higher."
fallocate -d "$new" 2>/dev/null || true
truncate -s ${bytes} "$new"`;
}

// A backing file would be opened with root's rights, whatever it names: a source must stand alone.
function qcow2FromSource(bytes: number): ShellText {
  return sh`[ "$(head -c 4 "$new" | od -An -tx1 | tr -d ' ')" = 514649fb ] || die "The source is no qcow2 image. Give one, or set format to raw."
[ "$(od -An -v -tx1 -j 8 -N 8 "$new" | tr -d ' \n')" = 0000000000000000 ] || die "The source is a qcow2 image with a backing file. Give one that stands alone (qemu-img convert makes it)."
has=$((0x$(od -An -v -tx1 -j 24 -N 8 "$new" | tr -d ' \n')))
[ "$has" -le ${bytes} ] || die "The source has $has bytes, more than the image's ${bytes}. Set sizeGiB higher."
[ "$has" = ${bytes} ] || qemu-img resize -q -f qcow2 "$new" ${bytes}`;
}

function permitScript(path: string): ShellText {
  return sh`image=${path}
if grep -q ${`^${PYGRUB_GROUP}:`} /etc/group 2>/dev/null; then
  chgrp ${PYGRUB_GROUP} "$image"; chmod 640 "$image"
else
  chmod 600 "$image"
fi
folder=$(dirname "$image")
while [ "$folder" != / ]; do
  case $(ls -ld -- "$folder" | cut -c10) in
    x|t) ;;
    *) echo "note: $folder is closed to others, so a boot loader without privileges cannot read the image (chmod o+x $folder)" ;;
  esac
  folder=$(dirname "$folder")
done`;
}

function removeScript(path: string): ShellText {
  return sh`${lock}
image=${path}
${imageUsersFunction}
if [ -e "$image" ]; then
  users=$(image_users "$image")
  [ -z "$users" ] || die "$image is in use ($users)."
fi
rm -f "$image" ${unfinishedPath(path)} ${`${unfinishedPath(path)}.part`}
if [ -f ${MADE_FOLDERS} ]; then
  sort -ru ${MADE_FOLDERS} | while IFS= read -r made; do
    if [ -d "$made" ] && ! rmdir "$made" 2>/dev/null; then printf '%s\n' "$made"; fi
  done >${`${MADE_FOLDERS}.new`}
  if [ -s ${`${MADE_FOLDERS}.new`} ]; then mv ${`${MADE_FOLDERS}.new`} ${MADE_FOLDERS}
  else rm -f ${MADE_FOLDERS} ${`${MADE_FOLDERS}.new`}; fi
fi`;
}
