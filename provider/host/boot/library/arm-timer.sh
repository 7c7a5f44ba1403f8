# shellcheck shell=sh
# Has systemd watch the next boot: $trial_timer and $trial_service get the content $trial_timer_unit and $trial_service_unit, and
# $trial_wanted has them started: they reboot a Xen that nobody proves.
work=$(mktemp -d)
printf '%s' "$trial_timer_unit" >"$work/timer"
printf '%s' "$trial_service_unit" >"$work/service"
install_file "$work/timer" "$trial_timer" 0644
install_file "$work/service" "$trial_service" 0644
mkdir -p "$(dirname "$trial_wanted")"
ln -sfn "$trial_timer" "$trial_wanted"
rm -rf "$work"
