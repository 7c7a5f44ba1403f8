# shellcheck shell=sh
# Says what a reboot of the host does with its guests: xendomains and its settings, the room for saved guests, the files that guests are
# made of, and those of ours that are not finished ($our_guests: their folder). $save_folder: where xendomains saves
# to where its settings do not say it.
xd_boot=no
for xd_link in /etc/rc[2-5].d/S*xendomains /etc/systemd/system/*.wants/xendomains.service /etc/runlevels/default/xendomains; do
  if [ -e "$xd_link" ] || [ -h "$xd_link" ]; then xd_boot=yes; fi
done
say xendomains.boot "$xd_boot"
xd_save=$save_folder xd_restore=true
for xd_settings in /etc/default/xendomains /etc/sysconfig/xendomains /etc/conf.d/xendomains; do
  [ -f "$xd_settings" ] || continue
  while IFS= read -r xd_line || [ -n "$xd_line" ]; do
    xd_value=${xd_line#*=} xd_value=${xd_value#[\"\']} xd_value=${xd_value%[\"\']}
    case $xd_line in XENDOMAINS_SAVE=*) xd_save=$xd_value ;; XENDOMAINS_RESTORE=*) xd_restore=$xd_value ;; esac
  done <"$xd_settings"
done
say xendomains.save "$xd_save"
say xendomains.restore "$xd_restore"
xd_place=${xd_save:-$save_folder}
if [ -d "$xd_place" ]; then say_cmd xendomains.saved ls -1 "$xd_place"; fi
while [ ! -d "$xd_place" ]; do xd_place=$(dirname "$xd_place"); done
say xendomains.free "$(df -Pk "$xd_place" | awk 'NR == 2 { print $4 }')"
set --
for xd_file in /etc/xen/*.cfg /etc/xen/auto/*; do
  if [ -f "$xd_file" ]; then set -- "$@" "$xd_file"; fi
done
# shellcheck disable=SC2016 # awk's own
say_cmd guest-files awk '/^[ \t]*(name|uuid)[ \t]*=/ { print FILENAME "\t" $0 }' "$@"
for xd_phase in "$our_guests"/*/phase; do
  [ -f "$xd_phase" ] || continue
  xd_guest=${xd_phase%/phase}
  say_line "guest-phase.${xd_guest##*/}" "$xd_phase"
done
