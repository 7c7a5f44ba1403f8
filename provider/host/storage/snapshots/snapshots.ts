/**
 * Snapshots of an image, of those kinds of storage that have them: the contract, and what of it is the same for all (ADR 15). A snapshot of
 * ours is known by its mark (a volume's tag, a line in the folder of the claim), never by its name alone. Shell text; pure.
 */
import { type JobFile, type ShellText, libraryText, lines, preamble, sh } from "../../../shell";
import { claimLock } from "../../claim";
import { imageUsersFunction } from "../../image-users";
import type { Place, SnapshotStorage, WantedSnapshot } from "../storage";

/** Begins the names of those that are made before a change of a guest; no program declares one. */
export const AUTOMATIC = "auto-";

/** Letters first: `qemu-img` takes a number for an id. LVM keeps words with `_` for itself. */
export const SNAPSHOT_NAME = /^[A-Za-z][A-Za-z0-9.-]{0,39}$/;

/** For people, in the folder of the claim, with which it goes. */
function snapshotScript({ folder }: Place): string {
  return `${folder}/snapshots.sh`;
}

const keepScript = libraryText(__dirname, "keep-script.sh");

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
  const text = lines([
    sh`#!/bin/sh
# Written by pulumi-xen. The snapshots of a disk image, and the way back to one: see its usage below.`,
    preamble,
    imageUsersFunction,
    storage.functions(place),
    storage.back,
    sh`snapshot_script=${snapshotScript(place)}
snapshot_lock() {
${claimLock}
}`,
    libraryText(__dirname, "snapshots.sh"),
  ]);
  return [{ name: SCRIPT_FILE, content: lines([text, sh``]).text }];
}
