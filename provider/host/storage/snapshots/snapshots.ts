/**
 * Snapshots of an image, of those kinds of storage that have them: the contract, and what of it is the same for all (ADR 15). A snapshot of
 * ours is known by its mark (a volume's tag, a line in the folder of the claim), never by its name alone. Shell text; pure.
 */
import { type JobFile, type ShellText, libraryText, lines, preamble, sh } from "../../../shell";
import { claimLock } from "../../claim";
import { overlaysFunction } from "../../image-overlays";
import { imageUsersFunction } from "../../image-users";
import type { Place, SnapshotStorage, WantedSnapshot } from "../storage";

/** Begins the names of those that are made before a change of a guest; no program declares one. */
export const AUTOMATIC = "auto-";

/** Letters first: `qemu-img` takes a number for an id. LVM keeps words with `_` for itself. */
export const SNAPSHOT_NAME = /^[A-Za-z][A-Za-z0-9.-]{0,39}$/;

/** For people, in the folder of the claim, with which it goes. */
export function snapshotScript({ folder }: Place): string {
  return `${folder}/snapshots.sh`;
}

const keepScript = libraryText(__dirname, "keep-script.sh");
const beforeChange = libraryText(__dirname, "before-change.sh");

/** Makes it so that these are there. Those that are there already stay as they are. */
export function makeSnapshots(storage: SnapshotStorage, place: Place, snapshots: readonly WantedSnapshot[]): ShellText {
  return lines([
    inTurn(storage, place),
    ...snapshots.map(({ name, bytes = 0 }) => sh`snapshot_make ${name} ${bytes}`),
    keepsScript(place),
  ]);
}

/** Makes it so that these are gone. What is not ours stays. */
export function removeSnapshots(storage: SnapshotStorage, place: Place, names: readonly string[]): ShellText {
  return lines([inTurn(storage, place), ...names.map((name) => sh`snapshot_remove ${name}`), keepsScript(place)]);
}

/** One disk of a guest: the image, and as what it is read. */
export interface GuestDisk {
  readonly place: Place;
  readonly storage: SnapshotStorage;
  /** Of a path below /dev. */
  readonly isDevice: boolean;
}

/**
 * A file of a job that is read with $snapshot_for set to `prove`, or to `make` and then to `tidy` (library/before-change.sh), with the scripts for people beside it.
 * A file, since a path may be secret. The code is asked for: a shell that proves in a condition goes on behind what failed.
 */
export function beforeChangeFiles(disks: readonly GuestDisk[]): JobFile[] {
  const tools = disks.map(({ storage, place }, at) => ({
    name: `snapshots-${at}.sh`,
    content: snapshotTool(storage, place),
  }));
  const text = lines([
    imageUsersFunction,
    // What an earlier proof of this job found (library/lvm.sh).
    sh`if [ "$snapshot_for" = prove ]; then rm -f /run/pulumi-xen/snapshots-due/*."$$"; fi`,
    ...disks.map(
      ({ storage, place, isDevice }, at) => sh`(
${claimLock}
${storage.functions(place)}
snapshot_place=${isDevice ? "volume" : "file"}
${beforeChange}
if [ "$snapshot_for" != prove ]; then
snapshot_tool="$JOB_FILES"/${`snapshots-${at}.sh`} snapshot_script=${snapshotScript(place)}
${keepScript}
fi
)
snapshot_code=$?
[ "$snapshot_code" = 0 ] || exit "$snapshot_code"`,
    ),
    sh``,
  ]);
  return [{ name: BEFORE_CHANGE_FILE, content: text.text }, ...tools];
}

export const BEFORE_CHANGE_FILE = "snapshot-before.sh";

function inTurn(storage: SnapshotStorage, place: Place): ShellText {
  return lines([claimLock, imageUsersFunction, storage.functions(place)]);
}

function keepsScript(place: Place): ShellText {
  return sh`snapshot_tool="$JOB_FILES"/${SCRIPT_FILE} snapshot_script=${snapshotScript(place)}
${keepScript}`;
}

const SCRIPT_FILE = "snapshots.sh";

/** The script for people, which travels with a job that makes or removes snapshots. */
export function snapshotFiles(storage: SnapshotStorage, place: Place): JobFile[] {
  return [{ name: SCRIPT_FILE, content: snapshotTool(storage, place) }];
}

function snapshotTool(storage: SnapshotStorage, place: Place): string {
  const text = lines([
    sh`#!/bin/sh
# Written by pulumi-xen. The snapshots of a disk image, and the way back to one: see its usage below.`,
    preamble,
    imageUsersFunction,
    overlaysFunction,
    storage.functions(place),
    storage.back,
    sh`snapshot_script=${snapshotScript(place)}
snapshot_lock() {
${claimLock}
}`,
    libraryText(__dirname, "snapshots.sh"),
  ]);
  return lines([text, sh``]).text;
}
