# shellcheck shell=sh
# Takes away what watches over a trial with systemd: $trial_timer, $trial_service, $trial_wanted; and what dom0's kernel was told for it.
if [ -e "$trial_timer" ] || [ -e "$trial_wanted" ] || [ -e "$trial_service" ]; then
  systemctl stop pulumi-xen-trial.timer 2>/dev/null || :
  rm -f "$trial_wanted" "$trial_timer" "$trial_service"
  systemctl daemon-reload
fi
case " $(cat /proc/cmdline) " in
  *" panic=15 "*) echo 0 >/proc/sys/kernel/panic ;;
esac
