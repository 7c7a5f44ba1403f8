# shellcheck shell=sh
# switched_off UNIT: is there such a unit of systemd, made to be started at a boot, that is not? One that somebody masked stays masked.
switched_off() {
  so_file=
  for so_folder in /usr/lib/systemd/system /lib/systemd/system /etc/systemd/system; do
    if [ -f "$so_folder/$1" ]; then so_file=$so_folder/$1; fi
  done
  if [ -z "$so_file" ] || [ "$(readlink -f "/etc/systemd/system/$1")" = /dev/null ]; then return 1; fi
  grep -q '^\[Install\]' "$so_file" || return 1
  for so_link in /etc/systemd/system/*.wants/"$1" /etc/systemd/system/*.requires/"$1"; do
    if [ -h "$so_link" ]; then return 1; fi
  done
  return 0
}
