# shellcheck shell=sh
# Reboots three seconds later.
sync
if [ -d /run/systemd/system ]; then
  systemd-run --quiet --collect --on-active=3 --timer-property=AccuracySec=100ms systemctl reboot
else
  setsid /bin/sh -c 'sleep 3; exec reboot' </dev/null >/dev/null 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
fi
