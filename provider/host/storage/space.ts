/** What a file system or a thin pool has free, and what its images may still take of it. Shell text; pure. */
import { type Answer, type ShellText, libraryText, lines, sh } from "../../shell";
import { claimLock } from "../claim";
import { imageUsersFunction } from "../image-users";
import { freeMib, mib } from "./size";
import type { Overcommit, Place, WantedImage } from "./storage";
import { wholeNumber } from "./whole-number";

export interface Space {
  readonly freeBytes: number;
  /** What the other images there may still take. */
  readonly othersBytes: number;
  /** What this one has already. */
  readonly ownBytes: number;
}

/** Defines space_beside. */
const spaceFunctions: ShellText = lines([imageUsersFunction, libraryText(__dirname, "space.sh")]);

const saySpace = sh`say space.free "$sp_free"
say space.others "$sp_others"
say space.own "$sp_own"`;

/** Says the space of an image file at $image, or where it is to be. */
export const observeFileSpace: ShellText = lines([
  spaceFunctions,
  sh`sp_above=$(dirname "$image")
while [ ! -d "$sp_above" ]; do sp_above=$(dirname "$sp_above"); done
space_beside "$sp_above" "$image"`,
  saySpace,
]);

/** Says the space of a logical volume; `functions` define lv_space. Needs $image and $pool. */
export function observeVolumeSpace(functions: ShellText): ShellText {
  // What functions count on that a question does not call.
  return lines([sh`overcommits=yes lv_seen=''`, functions, sh`lv_space`, saySpace]);
}

/** @throws OutputParseError */
export function readSpace(answer: Answer): Space {
  const number = (key: string): number => wholeNumber(answer.need(key), key);
  return {
    freeBytes: number("space.free"),
    othersBytes: number("space.others"),
    ownBytes: number("space.own"),
  };
}

/** What an image file may become is written down before it takes any of it, so that what is made in the same moment counts it. */
export function promiseOfFile({ path, folder }: Place, bytes: number, overcommit: Overcommit | undefined): ShellText {
  return sh`(
${claimLock}
${spaceFunctions}
pm_image=${path} pm_mark=${folder} pm_want=${bytes} overcommits=${overcommit === "refuse" ? "no" : "yes"}
${libraryText(__dirname, "promise.sh")}
)`;
}

/** The same for what an image becomes that moves there from $mv_from, whose blocks count as its own where it is on the same file system: they are freed at the end. */
export function promiseOfMove(
  place: Place,
  { bytes = 0, overcommit }: Pick<WantedImage, "bytes" | "overcommit">,
): ShellText {
  return sh`promise_own=
if [ -f "$mv_from" ] && [ "$(stat -L -c %d "$mv_from")" = "$(stat -L -c %d "$(dirname ${place.path})")" ]; then promise_own=$mv_from; fi
${promiseOfFile(place, bytes, overcommit)}`;
}

/** Why there is no room for all that is promised, as a sentence with its remedy; `bytes`: what the image may become. */
export function hasNoRoom(where: string, path: string, bytes: number, space: Space): string[] {
  const { freeBytes, othersBytes, ownBytes } = space;
  const more = bytes - ownBytes;
  if (more <= 0 || freeBytes - othersBytes >= more) return [];
  return [
    `${where} has ${freeMib(freeBytes)} MiB free, its other images may still take ${mib(othersBytes)} MiB, and ${path} may take ${mib(more)} MiB more. Free some space, or set overcommit: "allow".`,
  ];
}
