/**
 * Which of its entries GRUB 2 boots: Xen once, Xen from now on, Linux from now on (seen on Debian 12, GRUB 2.06, Xen 4.17).
 * Shell text; pure.
 */
import { type ShellText, libraryText, lines, sh } from "../../../shell";
import { chooseTrialWords } from "../trial-words";
import { TRIAL_VARIABLE } from "./grub-settings";

const GRUB_CFG = "/boot/grub/grub.cfg";

/** Sets $xen_entry and $linux_entry. */
const findEntries = sh`grub_cfg=${GRUB_CFG}
${libraryText(__dirname, "grub-entries.sh")}`;

/** `watch` is armed when it is proven that Linux comes back, and before GRUB is told of Xen. */
export function armTrial(watch: ShellText): ShellText {
  return lines([
    findEntries,
    libraryText(__dirname, "prove-fallback.sh"),
    watch,
    chooseTrialWords,
    sh`trial_variable=${TRIAL_VARIABLE}`,
    libraryText(__dirname, "arm-trial.sh"),
  ]);
}

export const endTrial: ShellText = sh`grub-editenv - unset ${TRIAL_VARIABLE}
grub-editenv - unset next_entry`;

export const makeXenDefault: ShellText = sh`${findEntries}
grub-set-default "$xen_entry"
grub-editenv list | grep -q -x -F "saved_entry=$xen_entry" || die "GRUB did not take Xen as the default."
echo "Xen boots by default: $xen_entry"`;

export const makeLinuxDefault: ShellText = sh`${endTrial}
grub-editenv - unset saved_entry`;
