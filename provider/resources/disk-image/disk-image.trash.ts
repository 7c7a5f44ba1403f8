/** Deleted images in the trash of their host: the script that lies beside them. Pure. */
import { claimLock } from "../../host/claim";
import { overlaysFunction } from "../../host/image-overlays";
import { imageUsersFunction } from "../../host/image-users";
import { folderOfKind } from "../../host/owned-folder";
import { notDaily } from "../../host/services/daily";
import { MADE_FOLDERS, forgetFolders } from "../../host/storage/file";
import { ownSnapshots, volumes } from "../../host/storage/lvm/functions";
import { TRASH_FOLDER, TRASH_TASK, trashFor, trashProgram } from "../../host/trash/trash";
import type { Trash } from "../../host/storage/storage";
import { type JobFile, type ShellText, libraryText, lines, preamble, sh } from "../../shell";
import type { DiskImageInputs } from "./disk-image.properties";

/** It knows every storage: an entry may be of any. */
const trashScript: ShellText = lines([
  sh`#!/bin/sh
# Written by pulumi-xen. The trash of deleted disk images: see its usage below.`,
  preamble,
  sh`trash_root=${TRASH_FOLDER} trash_images=${folderOfKind("disk-image")} made_folders=${MADE_FOLDERS}`,
  imageUsersFunction,
  overlaysFunction,
  ownSnapshots,
  sh`trash_volume() {
${volumes}
}`,
  sh`trash_lock() {
${claimLock}
}`,
  sh`forget_folders() {
${forgetFolders}
}`,
  sh`same_image() {
${libraryText(__dirname, "same-image.sh")}
}`,
  sh`no_daily() {
${notDaily(TRASH_TASK)}
}`,
  trashProgram,
]);

const SCRIPT_FILE = "trash";

/** What travels with a job that moves an image there. */
export const trashFiles: readonly JobFile[] = [{ name: SCRIPT_FILE, content: lines([trashScript, sh``]).text }];

/** `undefined`: a deleted image is removed at once. */
export function trashOf({ deleteAfterDays, format = "raw" }: DiskImageInputs): Trash | undefined {
  return deleteAfterDays === undefined ? undefined : trashFor(deleteAfterDays, format, SCRIPT_FILE);
}
