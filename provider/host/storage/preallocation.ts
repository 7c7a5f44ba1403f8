/** Blocks for an image before its guest writes: what that takes at once, and the words for it. Shell text; pure. */
import { type ShellText, libraryText } from "../../shell";
import { MIB, freeMib, mib } from "./size";
import type { Preallocation, StoredImage, WantedImage } from "./storage";

/** Does the image get all its blocks? */
export function isLaidOut(preallocation: Preallocation | undefined): preallocation is "falloc" | "full" {
  return preallocation === "falloc" || preallocation === "full";
}

/** Defines room_for, lay_out and lay_out_more. */
export const layOut: ShellText = libraryText(__dirname, "lay-out.sh");

/** Why the file system has no room for what a laid-out image grows by; it has to be given before it is asked for. */
export function hasNoRoomToGrow(seen: StoredImage, { path, bytes = 0, preallocation }: WantedImage): string[] {
  const more = bytes - (seen.sizeBytes ?? 0);
  if (!isLaidOut(preallocation) || more <= 0 || seen.freeBytes >= more + MIB) return [];
  return [
    `${seen.folder} has ${freeMib(seen.freeBytes)} MiB free, and ${path} grows by ${mib(more)} MiB, which are taken at once (preallocation: "${preallocation}"). Free some space, or set a smaller sizeGiB.`,
  ];
}
