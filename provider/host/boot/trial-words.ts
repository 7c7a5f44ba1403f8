/**
 * What dom0's kernel is told in a boot on trial and at no other: the words by which a dom0 that panics or hangs, and where the machine has
 * a watchdog a hypervisor that hangs, reboot. Shell text; pure.
 */
import { libraryText, sh } from "../../shell";

/** Read by systemd alone: no file of the host has to be written, or taken away again. */
export const TRIAL_WATCHDOG = "systemd.watchdog_sec=120";
export const TRIAL_MODULE = "modules_load=xen_wdt";

/** All of them. */
export const TRIAL_WORDS: readonly string[] = ["panic=15", TRIAL_WATCHDOG, TRIAL_MODULE];

/** Sets $trial_words. */
export const chooseTrialWords = sh`trial_watchdog=${TRIAL_WATCHDOG} trial_module=${TRIAL_MODULE}
${libraryText(__dirname, "trial-words.sh")}`;
