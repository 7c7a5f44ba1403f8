# shellcheck shell=sh
# Says NetworkManager's profiles of wired links, and which of them gives each link its settings. Others are not read: there may be
# passwords of wireless networks in them.
nm_is_wired() { grep -q '^type=\(802-3-ethernet\|ethernet\|bridge\|bond\|vlan\|team\)$' "$1"; }
# What another program has set up it only shows, as a profile of its own making.
nm_is_external() { grep -q '^external=true$' "$1"; }
if is_active NetworkManager && command -v nmcli >/dev/null 2>&1; then
  nmcli -t -f DEVICE,FILENAME connection show --active 2>/dev/null | while IFS=: read -r link file; do
    # nmcli writes a backslash before a colon or a backslash of a name.
    file=$(printf '%s\n' "$file" | sed 's/\\\(.\)/\1/g')
    # Its plug-in for Red Hat's files (ifcfg-rh): the link is its own all the same.
    case $file in
      */network-scripts/ifcfg-*)
        say "NetworkManager.ifcfg.$link" "$file"
        say NetworkManager.manages yes
        continue
        ;;
    esac
    if [ -n "$link" ] && [ -f "$file" ] && nm_is_wired "$file" && ! nm_is_external "$file"; then
      say "source.$link" "$file"
      say NetworkManager.manages yes
    fi
  done
  nmcli -t -f DEVICE,STATE device 2>/dev/null | while IFS=: read -r link state; do say "NetworkManager.device.$link" "$state"; done
  for file in /etc/NetworkManager/system-connections/*.nmconnection /run/NetworkManager/system-connections/*.nmconnection /usr/lib/NetworkManager/system-connections/*.nmconnection; do
    if [ -f "$file" ] && nm_is_wired "$file"; then
      say_network_file "$file"
      case $file in */pulumi-xen-*) say NetworkManager.manages yes ;; esac
    fi
  done
fi
