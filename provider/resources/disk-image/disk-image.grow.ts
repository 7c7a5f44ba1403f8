/** Growing an image, also under a guest that runs: whoever reads it is told, and shown to know. Shell text; pure. */
import { imageUsersFunction } from "../../host/image-users";
import { type ShellText, libraryText, lines, sh } from "../../shell";
import { sizeBytesOf } from "./disk-image.plan";
import type { DiskImageInputs } from "./disk-image.schema";

export function growScript(inputs: DiskImageInputs): ShellText {
  const { path, format } = inputs;
  const bytes = sizeBytesOf(inputs) ?? 0;
  const parts = [sh`image=${path} want=${bytes}`, imageUsersFunction, format === "qcow2" ? growQcow2 : growRaw];
  return lines(parts);
}

export const growRaw = libraryText(__dirname, "grow-raw.sh");

const growQcow2 = lines([
  sh`block_resize=${libraryText(__dirname, "block-resize.py")}`,
  libraryText(__dirname, "grow-qcow2.sh"),
]);
