# shellcheck shell=sh
# Takes the links of $bridge, $ports and their $aliases down and up again: remember_guests, links_down, links_up. $up_failed becomes the
# link that could not be brought up.
remember_guests() {
  guests=
  for link in $(ls "/sys/class/net/$bridge/brif" 2>/dev/null || :); do
    case " $ports " in *" $link "*) ;; *) guests="$guests $link" ;; esac
  done
}
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
}
links_up() {
  for link in $ports $bridge $aliases; do
    ! ifquery "$link" >/dev/null 2>&1 || ifup --force "$link" || up_failed=$link
  done
  for guest in $guests; do
    [ ! -e "/sys/class/net/$guest" ] || [ ! -e "/sys/class/net/$bridge" ] || ip link set dev "$guest" master "$bridge" || :
  done
}
