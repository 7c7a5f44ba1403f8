# shellcheck shell=sh
# Sets $trial_words: what dom0's kernel is told in a boot on trial.
#
# panic=15: after a panic it reboots.
# systemd.watchdog_sec: systemd (250 and later) feeds a watchdog, which resets the machine where dom0 does nothing for two minutes. That of the
# machine, where there is one, also ends a hypervisor that hangs. Else Xen's own for dom0 (the module xen_wdt): it ends a dom0 that hangs,
# and counts on Xen. (Both seen with Xen 4.17.) Where the administrator has systemd feed one, that does it.
trial_words=panic=15
trial_watch="nothing that we know of"
if [ -d /run/systemd/system ]; then
  case $(systemctl show -p RuntimeWatchdogUSec 2>/dev/null || :) in
    RuntimeWatchdogUSec=0 | RuntimeWatchdogUSec=infinity)
      trial_words="$trial_words $trial_watchdog"
      trial_watch="Xen's watchdog for dom0"
      for watchdog in /sys/class/watchdog/watchdog*; do
        [ -r "$watchdog/identity" ] || continue
        read -r identity <"$watchdog/identity" || :
        state='' nowayout=''
        if [ -r "$watchdog/state" ]; then read -r state <"$watchdog/state" || :; fi
        if [ -r "$watchdog/nowayout" ]; then read -r nowayout <"$watchdog/nowayout" || :; fi
        # Another program feeds it, and would find it taken; or nothing stops it again, and it would reset a Xen that is proven.
        if [ "$state" = active ] || [ "$nowayout" = 1 ]; then
          trial_words=panic=15
          if [ "$state" = active ]; then trial_watch="the watchdog that a program of the host feeds ($identity)"
          else trial_watch="nothing of ours, since the watchdog ($identity) cannot be stopped again (nowayout)"; fi
          break
        fi
        case $identity in
          "Software Watchdog" | xen_wdt) ;;
          *) trial_watch="the machine's watchdog ($identity)" ;;
        esac
      done
      case $trial_watch in "Xen's "*) trial_words="$trial_words $trial_module" ;; esac ;;
    RuntimeWatchdogUSec=*) trial_watch="the watchdog of the host's own settings" ;;
  esac
fi
echo "a trial that hangs is ended by $trial_watch"
