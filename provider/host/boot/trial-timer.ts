/**
 * A dom0 on trial that runs, and that nobody reaches, reboots by itself; and rebooting at all. By a timer of systemd, or by what
 * another init system starts at a boot. Shell text; pure.
 */
import { type ShellText, libraryText, lines, sh } from "../../shell";
import { atBoot, later, notAtBoot, runsAtBoot } from "../services/init-systems";
import { systemd } from "../services/systemd";
import { TRIAL_MODULE, TRIAL_WATCHDOG } from "./trial-words";

/** So long after its boot a dom0 on trial waits to be proven. */
export const TRIAL_MINUTES = 10;

const NAME = "pulumi-xen-trial";
const TIMER = `/etc/systemd/system/${NAME}.timer`;
const SERVICE = `/etc/systemd/system/${NAME}.service`;
const WANTED = `/etc/systemd/system/timers.target.wants/${NAME}.timer`;

const places = sh`trial_timer=${TIMER} trial_service=${SERVICE} trial_wanted=${WANTED}
trial_watchdog=${TRIAL_WATCHDOG} trial_module=${TRIAL_MODULE}`;

/** What another init system starts: while it is there, the boot is watched. */
function watchScript(folder: string): string {
  return `${folder}/trial-watch.sh`;
}

/** Says `trial-watched` where the next boot is watched. `folder`: as for armTrialTimer. */
export function sayTrialTimer(folder: string): ShellText {
  return sh`if [ -e ${TIMER} ] || [ -e ${watchScript(folder)} ]; then say trial-watched yes; fi`;
}

/** Nothing happens before the next boot. `folder` is where it leaves word, as `trial-expired`. */
export function armTrialTimer(folder: string): ShellText {
  const script = watchScript(folder);
  const hook = atBoot({
    name: NAME,
    about: "boot Linux again unless the Xen on trial is proven",
    when: "after-network",
    onlyWith: [script],
    command: ["/bin/sh", script],
  });
  return sh`rm -f ${folder}/trial-expired
if ${systemd.runs}; then
${places}
trial_timer_unit=${timerUnit}
trial_service_unit=${serviceUnit(folder)}
${libraryText(__dirname, "arm-timer.sh")}
elif { ${runsAtBoot}; }; then
  printf '%s\n' ${`sleep ${TRIAL_MINUTES * 60}; [ -e ${script} ] || exit 0; ${whereXenRuns(folder)}reboot`} >${script}
  ${hook}
else
  die "Neither systemd nor another init system that we know starts this host: nobody would boot Linux again where Xen comes up and is out of reach."
fi`;
}

/** Whatever is left of it; one that waits sees that its script is gone. */
export function disarmTrialTimer(folder: string): ShellText {
  return lines([places, libraryText(__dirname, "disarm-timer.sh"), notAtBoot(NAME), sh`rm -f ${watchScript(folder)}`]);
}

/** Reboots a little later, when the job that says so has ended and its result has been read. */
export const rebootSoon: ShellText = lines([
  sh`sync`,
  later({ name: "pulumi-xen-reboot", seconds: 3, command: ["reboot"] }),
]);

/**
 * On plain Linux, where the host fell back, it has nothing to do. Which of the two runs, the kernel itself tells: /proc/xen
 * is mounted by Xen's own services, so a dom0 whose services fail, or come later than the timer, would count as Linux
 * and stay out of reach for ever (seen on Debian 12, test/lab/fall-back.test.ts).
 */
const whereXenRuns = (folder: string): string =>
  `grep -qs xen /sys/hypervisor/type || exit 0; touch ${folder}/trial-expired; exec `;

const timerUnit = `[Unit]
Description=pulumi-xen: boot Linux again unless this Xen is proven
DefaultDependencies=no

[Timer]
OnBootSec=${TRIAL_MINUTES}min
AccuracySec=1s
`;

const serviceUnit = (folder: string): string => `[Unit]
Description=pulumi-xen: nobody has proven this Xen, boot Linux again
DefaultDependencies=no

[Service]
Type=oneshot
ExecStart=/bin/sh -c '${whereXenRuns(folder)}systemctl reboot'
`;
