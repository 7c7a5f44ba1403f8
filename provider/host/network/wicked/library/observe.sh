# shellcheck shell=sh
# Says whether wicked has the host's links in its hands, its files, and what it says of them itself: links whose settings it has from
# elsewhere (firmware, its own XML), and files of which it makes nothing.
wicked_folder=/etc/sysconfig/network
if [ -d "$wicked_folder" ] && command -v wicked >/dev/null 2>&1; then
  if pidof wickedd >/dev/null 2>&1; then say wicked.runs yes; fi
  # What is enabled is called network.service, beside its own name.
  for file in /etc/systemd/system/network.service /etc/systemd/system/*.wants/wicked.service; do
    case $(readlink "$file" 2>/dev/null || :) in */wicked.service) say wicked.boots yes; break ;; esac
  done
  # Of all that it prints two lines a link: others may hold passwords.
  wicked_shown=$(wicked show-config 2>/dev/null | sed -n 's/^<interface.* origin="\([^"]*\)".*/origin \1/p; s/^  <name>\([^<]*\)<.*/name \1/p' || :)
  wicked_names=
  wicked_origin=
  while read -r word value; do
    case $word in
      origin) wicked_origin=$value ;;
      name)
        wicked_names="$wicked_names $value "
        case $wicked_origin in "" | compat:*) ;; *) say "wicked.origin.$value" "$wicked_origin" ;; esac
        wicked_origin=
        ;;
    esac
  done <<END
$wicked_shown
END
  for file in /etc/firewalld/zones/*.xml; do
    [ -f "$file" ] || continue
    sed -n 's/.*<interface name="\([^"]*\)".*/\1/p' "$file" | while read -r link; do say "wicked.zone.$link" "$file"; done
  done
  for file in "$wicked_folder"/ifcfg-* "$wicked_folder"/ifroute-* "$wicked_folder"/ifrule-* "$wicked_folder"/ifsysctl* "$wicked_folder"/routes \
    "$wicked_folder"/if-up.d/* "$wicked_folder"/if-down.d/* "$wicked_folder"/pulumi-xen-*; do
    case $file in *"~" | *.old | *.bak | *.orig | *.scpmbackup | *.rpmnew | *.rpmsave | *.rpmorig) continue ;; esac
    [ -f "$file" ] || continue
    case $file in
      */ifcfg-lo) continue ;;
      */ifcfg-*)
        link=${file##*/ifcfg-}
        case $wicked_names in *" $link "*) ;; *) say "wicked.unread.$link" yes ;; esac
        ;;
    esac
    if grep -q '^[[:space:]]*\(WIRELESS_[A-Z_0-9]*\(KEY\|PSK\|PASSWORD\)[A-Z_0-9]*\|PASSWORD\|USERNAME\)=.' "$file"; then
      # There may be a password in it; such a link is never a port.
      say_network_part "$file" '^[[:space:]]*\(STARTMODE\|BRIDGE\|BRIDGE_PORTS\|ETHERDEVICE\|DEVICE\)='
      say "wicked.secret.${file##*/ifcfg-}" yes
    else
      say_network_file "$file"
    fi
  done
fi
