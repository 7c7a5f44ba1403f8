# shellcheck shell=sh
# Takes the links of $bridge and $ports down and up again with wicked: links_down, links_up. $up_failed becomes the link that could not be
# brought up. Each by its name and not by `ifreload all`, which takes all links of the host whose files somebody has changed. wicked deletes
# a bridge when it goes down, and brings its ports up with it.
wicked_folder=/etc/sysconfig/network
links_down() {
  for link in $bridge $ports; do
    [ -e "/sys/class/net/$link" ] || continue
    wicked ifdown "$link" || echo "wicked ifdown $link ended with $?"
  done
  # Without a file of its own wicked leaves a link as it is.
  for port in $ports; do
    [ ! -e "/sys/class/net/$port" ] || ip addr flush dev "$port" scope global || :
  done
  if [ -e "/sys/class/net/$bridge" ]; then
    ip link set dev "$bridge" down || :
    ip link delete dev "$bridge" type bridge || :
  fi
}
# Without a cable it ends with another number than 0, and the link is as its file says all the same.
wicked_has_no_cable() { [ "$(cat "/sys/class/net/$1/carrier" 2>/dev/null)" = 0 ]; }
links_up() {
  for link in $bridge $ports; do
    [ -f "$wicked_folder/ifcfg-$link" ] || continue
    wicked_code=0
    wicked ifup --timeout 60 "$link" || wicked_code=$?
    [ "$wicked_code" != 0 ] || continue
    echo "wicked ifup $link ended with $wicked_code"
    wicked_has_no_cable "$link" || up_failed=$link
  done
}
