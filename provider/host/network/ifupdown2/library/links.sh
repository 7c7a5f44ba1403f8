# shellcheck shell=sh
# Takes the links of $bridge and $ports down and up again with ifupdown2: links_down, links_up. $up_failed becomes the link that
# could not be brought up. Each of its programs takes a second or two, and none does anything where one name is unknown.
each_of() {
  each_program=$1
  shift
  "$each_program" --force "$@" && return
  [ $# -gt 1 ] || return 1
  each_rc=0
  for each_link; do "$each_program" --force "$each_link" || each_rc=1; done
  return $each_rc
}
links_down() {
  links_there=
  for link in $bridge $ports; do
    [ ! -e "/sys/class/net/$link" ] || links_there="$links_there $link"
  done
  # It takes down what it has brought up itself, whatever the files say now.
  # shellcheck disable=SC2086 # names of links
  [ -z "$links_there" ] || each_of ifdown $links_there || :
  if [ -e "/sys/class/net/$bridge" ]; then ip link set dev "$bridge" down || :; ip link delete dev "$bridge" type bridge || :; fi
  for port in $ports; do
    [ ! -e "/sys/class/net/$port" ] || ip addr flush dev "$port" scope global || :
  done
  remove_bonds
}
is_configured() {
  ifquery "$1" >/dev/null 2>&1
}
links_up() {
  links_written=$ports
  # Ours, in one of the files where we write it.
  if grep -qs "^iface $bridge " /etc/network/interfaces "/etc/network/interfaces.d/pulumi-xen-$bridge"; then links_written="$ports $bridge"; fi
  # shellcheck disable=SC2086 # names of links
  [ -z "$links_written" ] || each_of ifup $links_written || {
    for link in $links_written; do
      ! is_configured "$link" || ifup --force "$link" || up_failed=$link
    done
  }
}
