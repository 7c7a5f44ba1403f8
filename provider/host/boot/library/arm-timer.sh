# shellcheck shell=sh
# Has the next boot watched: $trial_timer and $trial_service get the content $trial_timer_unit and $trial_service_unit, and
# $trial_wanted has them started. Without systemd $trial_script gets $trial_init_script, and $trial_links have it started.
# They reboot a Xen that nobody proves. $trial_folder is where they leave word.
rm -f "$trial_folder"/trial-expired
work=$(mktemp -d)
if [ -d /run/systemd/system ]; then
  printf '%s' "$trial_timer_unit" >"$work/timer"
  printf '%s' "$trial_service_unit" >"$work/service"
  install_file "$work/timer" "$trial_timer" 0644
  install_file "$work/service" "$trial_service" 0644
  mkdir -p "$(dirname "$trial_wanted")"
  ln -sfn "$trial_timer" "$trial_wanted"
else
  [ -d /etc/init.d ] && [ -d /etc/rc3.d ] || die "This host has neither systemd nor init scripts: nobody would boot Linux again where Xen comes up and is out of reach."
  printf '%s' "$trial_init_script" >"$work/script"
  install_file "$work/script" "$trial_script" 0755
  for link in $trial_links; do
    if [ -d "$(dirname "$link")" ]; then ln -sfn "$trial_script" "$link"; fi
  done
fi
rm -rf "$work"
