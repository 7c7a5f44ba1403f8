# shellcheck shell=sh
# Says systemd-networkd's files, which of them gives each link its settings, and what there is of it. Which file that is, networkd
# itself has written into its state (/run/systemd/netif, what sd-network reads): one look for all links.
if is_active systemd-networkd; then
  for place in /sys/class/net/*; do
    if [ ! -r "$place/ifindex" ] || ! read -r number <"$place/ifindex"; then continue; fi
    source=$(sed -n 's/^NETWORK_FILE=//p' "/run/systemd/netif/links/$number" 2>/dev/null) || continue
    [ -n "$source" ] || continue
    say "source.${place##*/}" "$source"
    say systemd-networkd.manages yes
    client=$(sed -n 's/^CLIENTID=//p' "/run/systemd/netif/leases/$number" 2>/dev/null) || client=
    number6=$(sed -n 's/^DHCP6_CLIENT_IAID=\(0x[0-9a-f]\{1,8\}\)$/\1/p' "/run/systemd/netif/links/$number") || number6=
    [ -z "$number6" ] || client="$client DHCPv6 $(printf %08x "$number6")"
    [ -z "$client" ] || say "client.${place##*/}" "${client# }"
  done
  if is_active systemd-resolved; then say systemd-networkd.resolved yes; fi
  for folder in /etc /run /usr/local/lib /usr/lib /lib; do
    # On most hosts /lib is /usr/lib.
    [ "$folder" != /lib ] || [ ! -L /lib ] || continue
    for file in "$folder"/systemd/network/*.network "$folder"/systemd/network/*.netdev "$folder"/systemd/network/*.network.d/*.conf; do
      case $file in
        */00-pulumi-xen-*) say_network_file "$file" ;;
        *.netdev) [ ! -f "$file" ] || say_network_part "$file" '^\[NetDev\]\|^Name=\|^Kind=' ;;
        *)
          if [ "$(readlink -f "$file" 2>/dev/null)" = /dev/null ]; then say_network_part "$file" x; else say_network_file "$file"; fi
          ;;
      esac
    done
  done
fi
