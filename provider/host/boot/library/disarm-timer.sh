# shellcheck shell=sh
# Takes away what watches over a trial: $trial_timer, $trial_service, $trial_wanted; $trial_script, $trial_links.
if [ -e "$trial_timer" ] || [ -e "$trial_wanted" ] || [ -e "$trial_service" ]; then
  systemctl stop pulumi-xen-trial.timer 2>/dev/null || :
  rm -f "$trial_wanted" "$trial_timer" "$trial_service"
  systemctl daemon-reload
fi
# The one that waits sees that its script is gone.
# shellcheck disable=SC2086 # names without blanks
rm -f "$trial_script" $trial_links
case " $(cat /proc/cmdline) " in
  *" panic=15 "*) echo 0 >/proc/sys/kernel/panic ;;
esac
