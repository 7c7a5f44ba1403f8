# shellcheck shell=sh
# Takes the links of $bridge and $ports down and up again with systemd-networkd: links_down, links_up. $up_failed becomes what
# could not be brought up. networkd is told to read its files again, not restarted: a restart begins anew with all of the host's
# links. A port would keep its old address beside the bridge's (seen with 252), so it goes down first, which takes its routes with it.

# What others have set and networkd takes away whenever it sets a link up, in the words in which ip takes it again: rules that no file
# of its own gives, and routes without a link, blackhole and its kin (seen with 252; ManageForeignRoutingPolicyRules= of
# networkd.conf(5)).
networkd_foreign() {
  ip -d "$1" rule show | grep -v ' proto \(kernel\|static\)$' | sed 's/\[detached\] //g; s/\[unresolved\]//; s/^\([0-9]*\):[[:space:]]*/rule add pref \1 /' || :
  ip "$1" route show table all | grep '^\(blackhole\|unreachable\|prohibit\|throw\) ' | grep -v ' proto \(kernel\|static\) ' | sed 's/ error -\{0,1\}[0-9]*//; s/ pref medium//; s/ linkdown//; s/^/route add /' || :
}
# networkd_return FAMILY TEXT: puts back what of it is missing.
networkd_return() {
  networkd_now=$(networkd_foreign "$1")
  printf '%s\n' "$2" | while read -r networkd_words; do
    [ -n "$networkd_words" ] || continue
    ! printf '%s\n' "$networkd_now" | grep -qxF -- "$networkd_words" || continue
    # shellcheck disable=SC2086 # words of ip
    ip "$1" $networkd_words || echo "could not put back: $networkd_words"
  done
}
networkd_return_all() {
  networkd_return -4 "$networkd_foreign4"
  networkd_return -6 "$networkd_foreign6"
}
links_down() {
  networkd_foreign4=$(networkd_foreign -4)
  networkd_foreign6=$(networkd_foreign -6)
  if [ -e "/sys/class/net/$bridge" ]; then ip link set dev "$bridge" down || :; ip link delete dev "$bridge" type bridge || :; fi
  remove_bonds
  for port in $ports; do
    [ -e "/sys/class/net/$port" ] || continue
    ip addr flush dev "$port" scope global || :
    ip link set dev "$port" down || :
  done
}
# networkd_state LINK: configured, configuring, failed, unmanaged, …; stale where it tells of other files than those that are there now;
# absent where there is no link. The files of /run/systemd/netif are what networkctl and sd-network read.
networkd_state() {
  networkd_number=
  [ ! -r "/sys/class/net/$1/ifindex" ] || read -r networkd_number <"/sys/class/net/$1/ifindex"
  [ -n "$networkd_number" ] || { echo absent; return; }
  networkd_file="/run/systemd/netif/links/$networkd_number"
  networkd_ours="/etc/systemd/network/00-pulumi-xen-$bridge.$1.network"
  if [ -e "$networkd_ours" ]; then
    grep -qxF "NETWORK_FILE=$networkd_ours" "$networkd_file" 2>/dev/null || { echo stale; return; }
    networkd_bond=$(sed -n 's/^Bond=//p' "$networkd_ours")
    if [ -n "$networkd_bond" ]; then is_bonded "$networkd_bond" "$1"; else [ -e "/sys/class/net/$bridge/brif/$1" ]; fi || { echo stale; return; }
  elif grep -qF "NETWORK_FILE=$networkd_ours" "$networkd_file" 2>/dev/null; then
    echo stale
    return
  fi
  networkd_word=$(sed -n 's/^ADMIN_STATE=//p' "$networkd_file" 2>/dev/null) || :
  echo "${networkd_word:-pending}"
}
# Of a link that is not up yet nobody can tell.
has_no_cable() { [ "$(cat "/sys/class/net/$1/carrier" 2>/dev/null)" = 0 ]; }
has_address() { [ -n "$(ip -o addr show dev "$1" scope global 2>/dev/null)" ]; }
links_up() {
  networkd_up
  networkd_return_all
  networkd_now="$(networkd_foreign -4) $(networkd_foreign -6)"
  if [ "$networkd_now" != "$networkd_foreign4 $networkd_foreign6" ]; then
    echo "rules or routes of others are not as they were: $networkd_now, before: $networkd_foreign4 $networkd_foreign6"
  fi
}
networkd_up() {
  # A file that has not changed keeps what networkd knows of it, such as a bridge that is no more (seen with 252: the port then never
  # comes back into the new one).
  for networkd_own in /etc/systemd/network/00-pulumi-xen-"$bridge".*; do
    [ ! -f "$networkd_own" ] || touch "$networkd_own"
  done
  networkd_make_vlans
  networkctl reload || systemctl restart systemd-networkd.service || { up_failed=systemd-networkd; return 0; }
  networkd_wait 60
  # Whatever it is that networkd remembers: it begins anew with all links, rather than leave the host without its network.
  if [ -n "$networkd_late" ]; then
    echo "$networkd_late does not come up: systemd-networkd is restarted"
    systemctl restart systemd-networkd.service || :
    networkd_wait 30
    [ -z "$networkd_late" ] || up_failed=$networkd_late
  fi
}
# The VLANs of the bridge, as its files say them. networkd itself makes them when it sets their cards up, at its next start: made here,
# the card is not set up again and keeps its lease.
networkd_make_vlans() {
  for networkd_own in /etc/systemd/network/00-pulumi-xen-"$bridge".*.netdev; do
    [ -f "$networkd_own" ] || continue
    networkd_vlan=$(sed -n 's/^Name=//p' "$networkd_own")
    networkd_id=$(sed -n 's/^Id=//p' "$networkd_own")
    [ -n "$networkd_id" ] && [ ! -e "/sys/class/net/$networkd_vlan" ] || continue
    ip link set dev "${networkd_vlan%.*}" up || :
    ip link add link "${networkd_vlan%.*}" name "$networkd_vlan" type vlan id "$networkd_id" || :
  done
}
# networkd_makes LINK: is it the bridge, or a bond below it, and to be there?
networkd_makes() {
  case " $bonds " in
    *" $1 "*) [ -e "/etc/systemd/network/00-pulumi-xen-$bridge.$1.netdev" ] ;;
    *) [ "$1" = "$bridge" ] && [ -e "/etc/systemd/network/00-pulumi-xen-$bridge.netdev" ] ;;
  esac
}
# networkd_wait SECONDS: until all links are as their files say; $networkd_late becomes one that is not.
networkd_wait() {
  networkd_waited=0
  networkd_late=
  for link in $ports $bridge; do
    [ -z "$up_failed" ] || return 0
    while :; do
      case $(networkd_state "$link") in
        configured | unmanaged) break ;;
        failed) up_failed=$link; break ;;
        # A card that is not there, and what is taken away, never come.
        absent) if ! networkd_makes "$link"; then break; fi ;;
        stale) ;;
        # It may still wait for a router's word (12 s), or for a cable.
        *) if [ $networkd_waited -ge 8 ] && { has_no_cable "$link" || has_address "$link"; }; then break; fi ;;
      esac
      if [ $networkd_waited -ge "$1" ]; then networkd_late=$link; return 0; fi
      # Not at once: it would take away what the reload is just about to set.
      if [ $((networkd_waited % 20)) = 10 ]; then networkctl reconfigure "$link" || :; fi
      networkd_return_all
      networkd_waited=$((networkd_waited + 1))
      sleep 1
    done
  done
}
