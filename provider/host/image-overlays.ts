/** Which images read from another one: qcow2 files whose head names it as their backing file. Shell text; pure. */
import { type ShellText, libraryText } from "../shell";

/** Defines `qcow2_backing FILE` and, with imageUsersFunction before it, `image_overlays PATH` and what sorts its lines for a script. */
export const overlaysFunction: ShellText = libraryText(__dirname, "image-overlays.sh");
