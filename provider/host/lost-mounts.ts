/** File systems of other machines that do not answer, such as an NFS share whose server is down. Shell text; pure. */
import { type ShellText, libraryText } from "../shell";

/** Asks them once; defines `is_lost PATH` and `refuse_lost PATH` for a script. */
export const lostMounts: ShellText = libraryText(__dirname, "lost-mounts.sh");
