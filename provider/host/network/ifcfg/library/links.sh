# shellcheck shell=sh
# Takes the links of $bridge and $ports down and up again with Red Hat's network scripts: links_down, links_up. $up_failed becomes the
# link that could not be brought up. Each link by itself, as ifdown and ifup work, and not by the whole service, which has all links of
# the host in its hands. A bridge goes down before its ports: the last port that leaves takes the bridge with it.
ifcfg_folder=/etc/sysconfig/network-scripts
ifcfg_has() { [ -f "$ifcfg_folder/ifcfg-$1" ] && [ -e "/sys/class/net/$1" ]; }
# A VLAN is made by its ifup.
ifcfg_makes() { grep -qsx 'VLAN="\{0,1\}yes"\{0,1\}' "$ifcfg_folder/ifcfg-$1"; }
links_down() {
  ! ifcfg_has "$bridge" || ifdown "$bridge" || :
  for port in $ports; do
    [ -e "/sys/class/net/$port" ] || continue
    ! ifcfg_has "$port" || ifdown "$port" || :
    ip addr flush dev "$port" scope global || :
  done
  # With guests in it, or a port without a file, it is still there.
  if [ -e "/sys/class/net/$bridge" ]; then
    ip link set dev "$bridge" down || :
    brctl delbr "$bridge" || ip link delete dev "$bridge" type bridge || :
  fi
}
links_up() {
  for port in $ports; do
    if ifcfg_has "$port" || ifcfg_makes "$port"; then ifup "$port" || up_failed=$port; fi
  done
  if [ -f "$ifcfg_folder/ifcfg-$bridge" ]; then
    ifup "$bridge" || up_failed=$bridge
    # It says of an address that it could not add, and ends as if it had.
    if grep -q '^IPADDR[0-9]*=.' "$ifcfg_folder/ifcfg-$bridge" && [ -z "$(ip -o -4 addr show dev "$bridge" scope global 2>/dev/null)" ]; then
      up_failed=$bridge
    fi
  fi
  # Those the service itself sets once, when it starts; they went with the links.
  if [ -f /etc/sysconfig/static-routes ]; then
    # shellcheck disable=SC2086 # words of route
    grep '^any' /etc/sysconfig/static-routes | while read -r _ ifcfg_words; do
      route add -$ifcfg_words 2>/dev/null || :
    done
  fi
}
