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
 * All of it is armed before the reboot and taken away when Xen is proven.
 */
import { type ShellText, sh } from "../../shell";
import { TRIAL_VARIABLE } from "./grub-settings";

/** So long after its boot a dom0 on trial waits to be proven. */
export const TRIAL_MINUTES = 10;

const TIMER = "/etc/systemd/system/pulumi-xen-trial.timer";
const SERVICE = "/etc/systemd/system/pulumi-xen-trial.service";
const WANTED = "/etc/systemd/system/timers.target.wants/pulumi-xen-trial.timer";
const GRUB_CFG = "/boot/grub/grub.cfg";

/** Sets $xen_entry and $linux_entry, the ids of the two entries in the generated grub.cfg; the latter is also the first one. */
const findEntries = sh`entry_id() { sed -n "s/^[[:space:]]*menuentry .*[' ]\\($1-[^' ]*\\)'\\{0,1\\} {\$/\\1/p" ${GRUB_CFG} | head -n 1; }
xen_entry=$(entry_id xen-gnulinux-simple)
linux_entry=$(entry_id gnulinux-simple)
[ -n "$xen_entry" ] || die "GRUB's menu has no entry for Xen. Is there a kernel whose /boot/config-VERSION says CONFIG_XEN_DOM0=y, and a hypervisor /boot/xen-VERSION.gz?"
[ -n "$linux_entry" ] || die "GRUB's menu has no entry for plain Linux to fall back to."`;

/**
 * Arms the trial; nothing happens before the next boot. `folder` is where the timer's service leaves word.
 *
 * `attended: false` leaves the timer out: for a reboot at a time that somebody else chooses, when nobody may be
 * there to prove anything for hours.
 */
export function armTrial(folder: string, options: { attended: boolean }): ShellText {
  const timer = sh`printf '%s' ${timerUnit} >"$work/timer"
printf '%s' ${serviceUnit(folder)} >"$work/service"
install_file "$work/timer" ${TIMER} 0644
install_file "$work/service" ${SERVICE} 0644
mkdir -p "$(dirname ${WANTED})"
ln -sfn ${TIMER} ${WANTED}`;
  return sh`${findEntries}
first=$(sed -n "s/^\\(menuentry\\|submenu\\) .*[' ]\\([^' ][^' ]*\\)'\\{0,1\\} {\$/\\2/p" ${GRUB_CFG} | head -n 1)
[ "$first" = "$linux_entry" ] || die "The first entry of GRUB's menu is $first, not plain Linux ($linux_entry): a failed trial would not come back. Put 10_linux before 20_linux_xen in /etc/grub.d."
work=$(mktemp -d)
rm -f ${folder}/trial-expired
${options.attended ? timer : sh`:`}
rm -rf "$work"
grub-editenv - set ${`${TRIAL_VARIABLE}=panic=15`}
grub-set-default "$linux_entry"
grub-reboot "$xen_entry"
environment=$(grub-editenv list)
case $environment in *"next_entry=$xen_entry"*) ;; *) die "GRUB did not take the entry for the next boot: $environment" ;; esac
case $environment in *"saved_entry=$linux_entry"*) ;; *) die "GRUB did not take Linux as the default: $environment" ;; esac
sync
echo "next boot: $xen_entry, afterwards again: $linux_entry"`;
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
export const disarmTrial: ShellText = sh`if [ -e ${TIMER} ] || [ -e ${WANTED} ] || [ -e ${SERVICE} ]; then
  systemctl stop pulumi-xen-trial.timer 2>/dev/null || :
  rm -f ${WANTED} ${TIMER} ${SERVICE}
  systemctl daemon-reload
fi
grub-editenv - unset ${TRIAL_VARIABLE}
grub-editenv - unset next_entry
case " $(cat /proc/cmdline) " in
  *" panic=15 "*) echo 0 >/proc/sys/kernel/panic ;;
esac`;

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
