/**
 * A dom0 on trial that runs, and that nobody reaches, reboots by itself; and rebooting at all. With systemd, or by an init script
 * where there is none. Shell text; pure.
 */
import { type ShellText, libraryText, sh } from "../../shell";

/** So long after its boot a dom0 on trial waits to be proven. */
export const TRIAL_MINUTES = 10;

const TIMER = "/etc/systemd/system/pulumi-xen-trial.timer";
const SERVICE = "/etc/systemd/system/pulumi-xen-trial.service";
const WANTED = "/etc/systemd/system/timers.target.wants/pulumi-xen-trial.timer";
const INIT_SCRIPT = "/etc/init.d/pulumi-xen-trial";
const LINKS = [2, 3, 4, 5].map((level) => `/etc/rc${level}.d/S99pulumi-xen-trial`);

const places = sh`trial_timer=${TIMER} trial_service=${SERVICE} trial_wanted=${WANTED}
trial_script=${INIT_SCRIPT} trial_links=${LINKS.join(" ")}`;

/** Says `trial-watched` where a timer is armed for the next boot. */
export const sayTrialTimer: ShellText = sh`if [ -e ${TIMER} ] || [ -e ${INIT_SCRIPT} ]; then say trial-watched yes; fi`;

/** Nothing happens before the next boot. `folder` is where it leaves word, as `trial-expired`. */
export function armTrialTimer(folder: string): ShellText {
  return sh`${places} trial_folder=${folder}
trial_timer_unit=${timerUnit}
trial_service_unit=${serviceUnit(folder)}
trial_init_script=${initScript(folder)}
${libraryText(__dirname, "arm-timer.sh")}`;
}

/** Whatever is left of it. */
export const disarmTrialTimer: ShellText = sh`${places}
${libraryText(__dirname, "disarm-timer.sh")}`;

/** Reboots a little later, when the job that says so has ended and its result has been read. */
export const rebootSoon: ShellText = libraryText(__dirname, "reboot-soon.sh");

/**
 * On plain Linux, where the host fell back, it has nothing to do. Which of the two runs, the kernel itself tells: /proc/xen
 * is mounted by Xen's own services, so a dom0 whose services fail, or come later than the timer, would count as Linux
 * and stay out of reach for ever (seen on Debian 12, test/lab/fall-back.test.ts).
 */
const whereXenRuns = (folder: string): string =>
  `grep -qs xen /sys/hypervisor/type || exit 0; touch ${folder}/trial-expired; exec `;

const timerUnit = `[Unit]
Description=pulumi-xen: boot Linux again unless this Xen is proven

[Timer]
OnBootSec=${TRIAL_MINUTES}min
AccuracySec=1s
`;

const serviceUnit = (folder: string): string => `[Unit]
Description=pulumi-xen: nobody has proven this Xen, boot Linux again

[Service]
Type=oneshot
ExecStart=/bin/sh -c '${whereXenRuns(folder)}systemctl reboot'
`;

/** The last of all to start; it watches in the background, and not when it is gone meanwhile. */
const initScript = (folder: string): string => `#!/bin/sh
# chkconfig: 2345 99 01
# description: boots Linux again unless the Xen on trial is proven (pulumi-xen)
case $1 in start) ;; *) exit 0 ;; esac
setsid /bin/sh -c 'sleep ${TRIAL_MINUTES * 60}; [ -e ${INIT_SCRIPT} ] || exit 0; ${whereXenRuns(folder)}reboot' </dev/null >/dev/null 2>&1 &
`;
