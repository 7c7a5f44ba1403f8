# shellcheck shell=sh
# Says all of a host's network that a bridge needs to know; $main_file is ifupdown's, with what it reads besides.
say uid "$(id -u)"
say_cmd links ip -j -d link show
say_cmd addresses ip -j addr show
say_routes() {
  say_cmd routes ip -j -4 route show table all
  say_cmd routes6 ip -j -6 route show table all
  say_cmd rules ip -j -4 rule show
  say_cmd rules6 ip -j -6 rule show
}
# ifupdown itself tells which files it reads; ifupdown2 and ifupdown-ng have programs of the same names.
read_files=
if command -v ifup >/dev/null 2>&1; then
  version=$(ifup --version 2>/dev/null | head -n 1)
  case $version in
    "ifup version "*)
      if command -v ifquery >/dev/null 2>&1; then
        say ifupdown yes
        if ! read_files=$(ifquery -v --list 2>&1); then say unreadable "${read_files:-ifquery failed without a word}"; fi
      fi
      ;;
    *) say ifupdown-variant "${version:-a program that does not tell its version}" ;;
  esac
fi
printf '%s\n' "ifquery: parsing file $main_file" "$read_files" | sed -n 's/^ifquery: parsing file //p' | sort -u |
  while read -r file; do
    if [ -f "$file" ]; then say_file "file.$file" "$file"; say "sum.$file" "$(sha256sum <"$file")"; fi
  done
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
