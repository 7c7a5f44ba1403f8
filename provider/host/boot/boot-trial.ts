/**
 * A boot on trial: Xen once, Linux again unless somebody proves Xen good. Shell text for a host with GRUB 2 and
 * systemd; pure.
 *
 * Each way in which the trial can end badly has its own answer (seen on Debian 12, GRUB 2.06, Xen 4.17):
 *
 *   the hypervisor panics          it reboots by itself; the next boot is the saved default, Linux
 *   the entry cannot be loaded     `set fallback=0` (grub-settings.ts): Linux
 *   dom0's kernel panics or finds  `panic=15` on its command line, through GRUB's environment: it reboots, Linux
 *   no root
 *   dom0 runs, nobody reaches it   a timer armed beforehand reboots it: Linux
 *
 * All of it is armed before the reboot and removed when Xen is proven.
 */
import { type ShellText, libraryText, sh } from "../../shell";
import { TRIAL_VARIABLE } from "./grub-settings";

/** So long after its boot a dom0 on trial waits to be proven. */
export const TRIAL_MINUTES = 10;

const TIMER = "/etc/systemd/system/pulumi-xen-trial.timer";
const SERVICE = "/etc/systemd/system/pulumi-xen-trial.service";
const WANTED = "/etc/systemd/system/timers.target.wants/pulumi-xen-trial.timer";
const GRUB_CFG = "/boot/grub/grub.cfg";

const places = sh`trial_timer=${TIMER} trial_service=${SERVICE} trial_wanted=${WANTED} trial_variable=${TRIAL_VARIABLE}`;

/** Sets $xen_entry and $linux_entry. */
const findEntries = sh`grub_cfg=${GRUB_CFG}
${libraryText(__dirname, "grub-entries.sh")}`;
const arm = libraryText(__dirname, "arm-trial.sh");

/**
 * Arms the trial; nothing happens before the next boot. `folder` is where the timer's service leaves word.
 *
 * `attended: false` leaves the timer out: for a reboot at a time that somebody else chooses, when nobody may be
 * there to prove anything for hours.
 */
export function armTrial(folder: string, options: { attended: boolean }): ShellText {
  const [timer, service] = options.attended ? [timerUnit, serviceUnit(folder)] : ["", ""];
  return sh`${places} trial_folder=${folder}
trial_timer_unit=${timer}
trial_service_unit=${service}
${findEntries}
${arm}`;
}

const timerUnit = `[Unit]
Description=pulumi-xen: boot Linux again unless this Xen is proven

[Timer]
OnBootSec=${TRIAL_MINUTES}min
AccuracySec=1s
`;

/**
 * On plain Linux, where the host fell back, it has nothing to do. Which of the two runs, the kernel itself tells: /proc/xen
 * is mounted by Xen's own services, so a dom0 whose services fail, or come later than the timer, would count as Linux
 * and stay out of reach for ever (seen on Debian 12, test/lab/fall-back.test.ts).
 */
const serviceUnit = (folder: string): string => `[Unit]
Description=pulumi-xen: nobody has proven this Xen, boot Linux again

[Service]
Type=oneshot
ExecStart=/bin/sh -c 'grep -qs xen /sys/hypervisor/type || exit 0; touch ${folder}/trial-expired; exec systemctl reboot'
`;

/** Takes the trial's arrangements away, whatever is left of them. */
export const disarmTrial: ShellText = sh`${places}
${libraryText(__dirname, "disarm-trial.sh")}`;

/** From now on Xen boots by default. Only for a Xen that runs and is proven. */
export const makeXenDefault: ShellText = sh`${findEntries}
grub-set-default "$xen_entry"
grub-editenv list | grep -q -x -F "saved_entry=$xen_entry" || die "GRUB did not take Xen as the default."
echo "Xen boots by default: $xen_entry"`;

/** From the next boot on plain Linux runs. */
export const makeLinuxDefault: ShellText = sh`grub-editenv - unset next_entry
grub-editenv - unset ${TRIAL_VARIABLE}
grub-editenv - unset saved_entry`;

/** Reboots a little later, when the job that says so has ended and its result has been read. */
export const rebootSoon: ShellText = sh`sync
systemd-run --quiet --collect --on-active=3 --timer-property=AccuracySec=100ms systemctl reboot`;
