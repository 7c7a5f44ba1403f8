/** Making grub.cfg again, but only where it does not say yet what the settings say. Shell text; pure. */
import { type ShellText, libraryText, sh } from "../../../shell";
import { EARLY_DROP_IN, FALLBACK_SCRIPT, LATE_DROP_IN } from "./grub-settings";

export const regenerateGrub: ShellText = sh`set -- ${[EARLY_DROP_IN, LATE_DROP_IN, FALLBACK_SCRIPT]}
${libraryText(__dirname, "regenerate-grub.sh")}`;
