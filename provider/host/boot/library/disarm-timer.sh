# shellcheck shell=sh
# Takes away what watches over a trial with systemd: $trial_timer, $trial_service, $trial_wanted; and what dom0's kernel was told for it
# (trial-words.sh): $trial_watchdog, $trial_module.
if [ -e "$trial_timer" ] || [ -e "$trial_wanted" ] || [ -e "$trial_service" ]; then
  systemctl stop pulumi-xen-trial.timer 2>/dev/null || :
  rm -f "$trial_wanted" "$trial_timer" "$trial_service"
  systemctl daemon-reload
fi
read -r booted_with </proc/cmdline
case " $booted_with " in
  *" panic=15 "*) echo 0 >/proc/sys/kernel/panic ;;
esac
# Said again by whoever reloads systemd: an order of ours outlasts that, what stands on the command line does not count any more.
case " $booted_with " in
  *" $trial_watchdog "*)
    busctl set-property org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager RuntimeWatchdogUSec t 0 ||
      echo "systemd goes on feeding the watchdog of the trial until the next boot" ;;
esac
case " $booted_with " in
  *" $trial_module "*) rmmod xen_wdt 2>/dev/null || : ;;
esac
