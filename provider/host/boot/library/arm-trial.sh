# shellcheck shell=sh
# Arms the trial of Xen; nothing happens before the next boot. grub-entries.sh comes before.
#
# $trial_timer and $trial_service get the content $trial_timer_unit and $trial_service_unit, and $trial_wanted has them
# started: they reboot a Xen that nobody proves. Without a unit there is no timer. $trial_folder is where it leaves word.
first=$(sed -n "s/^\\(menuentry\\|submenu\\) .*[' ]\\([^' ][^' ]*\\)'\\{0,1\\} {\$/\\2/p" "$grub_cfg" | head -n 1)
[ "$first" = "$linux_entry" ] || die "The first entry of GRUB's menu is $first, not plain Linux ($linux_entry): a failed trial would not come back. Put 10_linux before 20_linux_xen in /etc/grub.d."
rm -f "$trial_folder"/trial-expired
if [ -n "$trial_timer_unit" ]; then
  work=$(mktemp -d)
  printf '%s' "$trial_timer_unit" >"$work/timer"
  printf '%s' "$trial_service_unit" >"$work/service"
  install_file "$work/timer" "$trial_timer" 0644
  install_file "$work/service" "$trial_service" 0644
  mkdir -p "$(dirname "$trial_wanted")"
  ln -sfn "$trial_timer" "$trial_wanted"
  rm -rf "$work"
fi
grub-editenv - set "$trial_variable=panic=15"
grub-set-default "$linux_entry"
grub-reboot "$xen_entry"
environment=$(grub-editenv list)
case $environment in *"next_entry=$xen_entry"*) ;; *) die "GRUB did not take the entry for the next boot: $environment" ;; esac
case $environment in *"saved_entry=$linux_entry"*) ;; *) die "GRUB did not take Linux as the default: $environment" ;; esac
sync
echo "next boot: $xen_entry, afterwards again: $linux_entry"
