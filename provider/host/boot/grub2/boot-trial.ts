/**
 * Which of its entries GRUB 2 boots: Xen once, Xen from now on, Linux from now on (seen on Debian 12, GRUB 2.06, Xen 4.17).
 * Shell text; pure.
 */
import { type ShellText, libraryText, lines, sh } from "../../../shell";
import { chooseTrialWords } from "../trial-words";
import { type Grub2Layout, layoutVariables } from "./grub-layout";
import { TRIAL_VARIABLE } from "./grub-settings";

/** Sets $xen_entry and $linux_entry. */
function findEntries(layout: Grub2Layout): ShellText {
  return lines([layoutVariables(layout), libraryText(__dirname, "grub-entries.sh")]);
}

/** `watch` is armed when it is proven that Linux comes back, and before GRUB is told of Xen. */
export function armTrial(layout: Grub2Layout, watch: ShellText): ShellText {
  return lines([
    findEntries(layout),
    libraryText(__dirname, "prove-fallback.sh"),
    watch,
    chooseTrialWords,
    sh`trial_variable=${TRIAL_VARIABLE}`,
    libraryText(__dirname, "arm-trial.sh"),
  ]);
}

export function endTrial({ tools }: Grub2Layout): ShellText {
  return sh`${`${tools}editenv`} - unset ${TRIAL_VARIABLE}
${`${tools}editenv`} - unset next_entry`;
}

export function makeXenDefault(layout: Grub2Layout): ShellText {
  return sh`${findEntries(layout)}
${`${layout.tools}set-default`} "$xen_entry"
${`${layout.tools}editenv`} list | grep -q -x -F "saved_entry=$xen_entry" || die "GRUB did not take Xen as the default."
echo "Xen boots by default: $xen_entry"`;
}

export function makeLinuxDefault(layout: Grub2Layout): ShellText {
  return sh`${endTrial(layout)}
${`${layout.tools}editenv`} - unset saved_entry`;
}
