# shellcheck shell=sh
# Says the files of Red Hat's network scripts and what there is of them; $hooks are the programs that they run for every link. Whose
# scripts they are, ifup-eth tells: other systems have an ifup too.
ifcfg_folder=/etc/sysconfig/network-scripts
if [ -f "$ifcfg_folder/ifup-eth" ] && command -v ifup >/dev/null 2>&1 && ls "$ifcfg_folder"/ifcfg-* >/dev/null 2>&1; then
  say ifcfg.there yes
  for file in /etc/rc[2345].d/S[0-9][0-9]network /etc/rc.d/rc[2345].d/S[0-9][0-9]network; do
    if [ -e "$file" ]; then say ifcfg.network enabled; break; fi
  done
  if [ -x /usr/sbin/brctl ]; then say ifcfg.brctl yes; fi
  if [ -x /sbin/arping ]; then say ifcfg.arping yes; fi
  for file in /etc/rc[2345].d/S[0-9][0-9]NetworkManager /etc/rc.d/rc[2345].d/S[0-9][0-9]NetworkManager; do
    if [ -e "$file" ]; then say ifcfg.network-manager yes; break; fi
  done
  if is_active NetworkManager || pidof NetworkManager >/dev/null 2>&1; then
    say ifcfg.network-manager yes
    # As network-functions asks it: is_nm_active.
    if ifcfg_managed=$(nmcli -t -f DEVICE,STATE dev status 2>/dev/null || nmcli -t -f DEVICE,STATE dev 2>/dev/null); then
      printf '%s\n' "$ifcfg_managed" | while IFS=: read -r link state; do
        case $state in connected | connecting*) say "ifcfg.manages.$link" yes ;; esac
      done
    else
      say ifcfg.untold yes
    fi
  fi
  for file in /etc/dhcp/dhclient-*.conf /etc/dhclient-*.conf /etc/dhcp/dhclient6-*.conf /etc/dhclient6-*.conf; do
    if [ -s "$file" ]; then
      link=${file##*/dhclient}
      link=${link#6}; link=${link#-}
      say "ifcfg.client.${link%.conf}" "$file"
    fi
  done
  for file in "$ifcfg_folder"/ifcfg-* "$ifcfg_folder"/route-* "$ifcfg_folder"/route6-* "$ifcfg_folder"/rule-* "$ifcfg_folder"/rule6-* "$ifcfg_folder"/*.route \
    "$ifcfg_folder"/pulumi-xen-* /etc/sysconfig/network /etc/sysconfig/static-routes /etc/sysconfig/static-routes-ipv6 $hooks; do
    case $file in *"~" | *.bak | *.orig | *.rpmnew | *.rpmorig | *.rpmsave) continue ;; esac
    [ -f "$file" ] || continue
    if grep -q '^[[:space:]]*HWADDR=.' "$file"; then say "ifcfg.card.${file##*/ifcfg-}" yes; fi
    if grep -q '^[[:space:]]*\(KEY[0-9]*\|PASSWORD\|WPA[A-Z_]*\|WIRELESS_ENC_KEY\)=' "$file"; then
      # There may be a password in it; such a link is never a port.
      say_network_part "$file" '^[[:space:]]*\(DEVICE\|TYPE\|BRIDGE\|PHYSDEV\|VLAN\)='
      say "ifcfg.secret.${file##*/ifcfg-}" yes
    else
      say_network_file "$file"
    fi
  done
fi
