/** Growing an image, also under a guest that runs: whoever reads it is told, and shown to know. Shell text; pure. */
import { setPhase } from "../../host/claim";
import { imageUsersFunction } from "../../host/image-users";
import { folderNameOf, ownedFolder } from "../../host/owned-folder";
import { type Step, libraryText, lines, sh } from "../../shell";

export interface Growth {
  readonly path: string;
  readonly isQcow2: boolean;
  readonly bytes: number;
}

/**
 * Makes the image as big as declared and tells its users, who are told again where it has that size already. The phase
 * says so from the beginning: a guest that was not told yet cannot be seen in the file's size.
 */
export function growStep({ path, isQcow2, bytes }: Growth): Step {
  const folder = ownedFolder("disk-image", folderNameOf(path));
  return {
    name: "grow",
    title: `check that ${path} has the declared size`,
    effect: "live",
    script: lines([
      sh`image=${path} want=${bytes}
${setPhase(sh`${folder}`, "growing")}`,
      imageUsersFunction,
      isQcow2 ? growQcow2 : growRaw,
    ]),
  };
}

export const growRaw = libraryText(__dirname, "grow-raw.sh");

const growQcow2 = lines([
  sh`block_resize=${libraryText(__dirname, "block-resize.py")}`,
  libraryText(__dirname, "grow-qcow2.sh"),
]);
