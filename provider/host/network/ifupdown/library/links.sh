# shellcheck shell=sh
# Takes the links of $bridge, $ports and their $aliases down and up again with ifupdown: links_down, links_up. $up_failed becomes
# the link that could not be brought up.
links_down() {
  for alias in $aliases; do
    ! ifquery "$alias" >/dev/null 2>&1 || ifdown --force "$alias" || :
  done
  if [ -e "/sys/class/net/$bridge" ]; then
    ifdown --force "$bridge" || :
    if [ -e "/sys/class/net/$bridge" ]; then ip link set dev "$bridge" down || :; ip link delete dev "$bridge" type bridge || :; fi
  fi
  for port in $ports; do
    [ -e "/sys/class/net/$port" ] || continue
    ! ifquery "$port" >/dev/null 2>&1 || ifdown --force "$port" || :
    ip addr flush dev "$port" scope global || :
  done
  remove_bonds
}
links_up() {
  for link in $ports $bridge $aliases; do
    ! ifquery "$link" >/dev/null 2>&1 || ifup --force "$link" || up_failed=$link
  done
}
