# shellcheck shell=sh
# Says all of a host's network that a bridge needs to know; $main_file is ifupdown's, with what it reads besides.
say uid "$(id -u)"
say_cmd links ip -j -d link show
say_cmd addresses ip -j addr show
say_files() {
  for file in "$@"; do
    if [ -f "$file" ]; then say_file "file.$file" "$file"; say "sum.$file" "$(sha256sum <"$file")"; fi
  done
}
say_files "$main_file"
if [ -f "$main_file" ]; then
  # Patterns hold no blanks; the shell makes files of them.
  # shellcheck disable=SC2013
  for pattern in $(sed -n 's/^[[:space:]]*source[[:space:]]\{1,\}//p' "$main_file"); do
    case $pattern in /*) ;; *) pattern=/etc/network/$pattern ;; esac
    # shellcheck disable=SC2086
    say_files $pattern
  done
  # shellcheck disable=SC2013
  for folder in $(sed -n 's/^[[:space:]]*source-directory[[:space:]]\{1,\}//p' "$main_file"); do
    case $folder in /*) ;; *) folder=/etc/network/$folder ;; esac
    say_files "$folder"/*
  done
fi
if command -v ifup >/dev/null 2>&1 && command -v ifquery >/dev/null 2>&1; then say ifupdown yes; fi
if command -v brctl >/dev/null 2>&1 && [ -e /etc/network/if-pre-up.d/bridge ]; then say bridge-utils yes; fi
if command -v resolvconf >/dev/null 2>&1; then say resolvconf yes; fi
if command -v systemctl >/dev/null 2>&1; then
  for unit in $(systemctl list-units --plain --no-legend --state=active NetworkManager.service systemd-networkd.service wicked.service 2>/dev/null | cut -d ' ' -f 1); do
    say "other.${unit%.service}" yes
  done
fi
# Xen's netback tells whose it is: "backend/vif/1/0". In a guest of Xen a card says "device/vif/0".
for link in /sys/class/net/*; do
  if [ -e "$link/device/nodename" ] && { read -r node <"$link/device/nodename"; }; then
    case $node in backend/vif/*) say "guest.${link##*/}" yes ;; esac
  fi
done
