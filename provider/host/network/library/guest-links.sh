# shellcheck shell=sh
# Links of a bridge that are neither $bridge nor one of $ports are guests': remember_guests before the bridge goes down,
# return_guests when it is up again. Where the bridge filters VLANs each comes back into its own. Before it comes vlans.sh.
remember_guests() {
  guests=
  guests_vlans=
  guests_filter=$(cat "/sys/class/net/$bridge/bridge/vlan_filtering" 2>/dev/null || :)
  for link in $(ls "/sys/class/net/$bridge/brif" 2>/dev/null || :); do
    case " $ports " in *" $link "*) continue ;; esac
    guests="$guests $link"
    [ "$guests_filter" = 1 ] || continue
    link_vlans=$(vlans_of "$link") || continue
    # What it has so comes by itself.
    [ "$link_vlans" != "1 pvid untagged" ] || continue
    guests_vlans="$guests_vlans
$(printf '%s\n' "$link_vlans" | sed "s/^/$link /")"
  done
}
return_guests() {
  for guest in $guests; do
    if [ ! -e "/sys/class/net/$guest" ] || [ ! -e "/sys/class/net/$bridge" ]; then continue; fi
    guest_vlans=$(printf '%s\n' "$guests_vlans" | awk -v link="$guest" '$1 == link { sub(/^[^ ]+ /, ""); print }')
    # Until it is in its own VLANs it would be in the host's: nothing passes meanwhile.
    [ -z "$guest_vlans" ] || ip link set dev "$guest" down || :
    # An ip that knows no masters is EL 6's, where the network scripts have brctl.
    ip link set dev "$guest" master "$bridge" || brctl addif "$bridge" "$guest" || :
    [ -n "$guest_vlans" ] || continue
    if printf '%s\n' "$guest_vlans" | vlans_set "$guest"; then ip link set dev "$guest" up || :
    else echo "$guest did not get its VLANs back and stays down"; fi
  done
}
