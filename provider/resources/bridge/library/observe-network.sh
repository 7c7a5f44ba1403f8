# shellcheck shell=sh
# Says all of a host's network that a bridge needs to know, but for what its network systems say of themselves, which use
# say_network_file and is_active. Before it comes ip-as-json.sh.
say uid "$(id -u)"
say_cmd links ip -j -d link show
json_ip=ip
if [ "$say_rc" != 0 ] && ip_is_old; then
  json_ip=ip_as_json
  say_cmd links ip_as_json -j -d link show
fi
say_cmd addresses $json_ip -j addr show
if command -v bridge >/dev/null 2>&1; then say bridge-tool yes; fi
say_routes() {
  say_cmd routes $json_ip -j -4 route show table all
  say_cmd routes6 $json_ip -j -6 route show table all
  say_cmd rules $json_ip -j -4 rule show
  say_cmd rules6 $json_ip -j -6 rule show
}
# Programs that give links addresses while they run: "PROGRAM LINK" for each link that they were told of, else "PROGRAM" alone.
say_holders() {
  command -v pidof >/dev/null 2>&1 || { say holder.untold "a program that cannot be named without pidof"; return 0; }
  for holder in $(pidof dhclient dhclient3 udhcpc dhcpcd pump dhcp6c odhcp6c connmand keepalived ucarp vrrpd avahi-autoipd zcip 2>/dev/null); do
    holder_words=" $(tr '\0' ' ' 2>/dev/null <"/proc/$holder/cmdline") " || continue
    holder_program=${holder_words# }
    holder_program=${holder_program%% *}
    holder_program=${holder_program##*/}
    holder_named=
    for link in /sys/class/net/*; do
      link=${link##*/}
      case $holder_words in
        *" $link "* | *"[$link]"*)
          [ "$link" = lo ] || { say "holder.$holder.$link" "$holder_program $link"; holder_named=yes; }
          ;;
      esac
    done
    [ -n "$holder_named" ] || say "holder.$holder" "$holder_program"
  done
}
say_network_file() {
  if [ -f "$1" ]; then say_file "file.$1" "$1"; say "sum.$1" "$(sha256sum <"$1")"; fi
}
# A file of which only these lines are of use: there may be keys in it. And one that is switched off: it counts as empty.
say_network_part() {
  say "file.$1" "$(grep "$2" "$1")"
  say "sum.$1" "$(sha256sum <"$1")"
}
# One process for all of them.
active_units=
if command -v systemctl >/dev/null 2>&1; then
  active_units=" $(systemctl list-units --plain --no-legend --state=active NetworkManager.service wicked.service systemd-networkd.service systemd-resolved.service 2>/dev/null | cut -d ' ' -f 1 | tr '\n' ' ')"
fi
is_active() { case $active_units in *" $1.service "*) ;; *) return 1 ;; esac; }
if is_active wicked; then say other.wicked yes; fi
# cloud-init writes the network's files again when the host's data changes, unless it is told not to.
if [ -d /etc/cloud ] && [ ! -e /etc/cloud/cloud-init.disabled ] && command -v cloud-init >/dev/null 2>&1; then
  cat /etc/cloud/cloud.cfg /etc/cloud/cloud.cfg.d/*.cfg 2>/dev/null | grep -v '^ *#' | grep -q 'config: *"\{0,1\}disabled' || say cloud-init yes
fi
# Xen's netback tells whose it is: "backend/vif/1/0". In a guest of Xen a card says "device/vif/0".
for link in /sys/class/net/*; do
  if [ -e "$link/device/nodename" ] && { read -r node <"$link/device/nodename"; }; then
    case $node in backend/vif/*) say "guest.${link##*/}" yes ;; esac
  fi
done
