/** Growing an image, also under a guest that runs: whoever reads it is told, and shown to know. Shell text; pure. */
import { claimLock, setPhase } from "../../host/claim";
import { imageUsersFunction } from "../../host/image-users";
import { folderOfImage } from "../../host/storage/place";
import { unlessShared } from "../../host/storage/backing";
import type { Overcommit, Preallocation, StorageFormat } from "../../host/storage/storage";
import { storageOf } from "../../host/storage/storages";
import { type Step, lines, sh } from "../../shell";

export interface Growth {
  readonly path: string;
  readonly format: StorageFormat | undefined;
  readonly bytes: number;
  /** How the blocks of what is added are given out. */
  readonly preallocation?: Preallocation | undefined;
  readonly overcommit?: Overcommit | undefined;
}

/**
 * Makes the image as big as declared and tells its users, who are told again where it has that size already. The phase
 * says so from the beginning: a guest that was not told yet cannot be seen in the image's size.
 */
export function growStep({ path, format, bytes, ...how }: Growth): Step {
  const folder = folderOfImage(path);
  return {
    name: "grow",
    title: `check that ${path} has the declared size`,
    effect: "live",
    script: lines([
      setPhase(sh`${folder}`, "growing"),
      imageUsersFunction,
      sh`(
${claimLock}
image=${path}
${unlessShared("grown")}
)`,
      storageOf(format).makes?.grow({ path, folder }, bytes, how) ?? sh``,
    ]),
  };
}
