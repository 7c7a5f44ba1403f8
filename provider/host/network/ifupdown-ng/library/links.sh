# shellcheck shell=sh
# Takes the links of $bridge, $ports and their $aliases down and up again with ifupdown-ng: links_down, links_up. $up_failed becomes
# the link that could not be brought up.
links_down() {
  for link in $aliases $bridge $ports; do
    [ -e "/sys/class/net/${link%%:*}" ] || continue
    ifquery "$link" >/dev/null 2>&1 || continue
    forgotten=$(ifquery -p pre-up "$link" 2>/dev/null; ifquery -p up "$link" 2>/dev/null; ifquery -p post-up "$link" 2>/dev/null)
    ifdown --force "$link" || :
    forget_commands "$link" "$forgotten"
  done
  if [ -e "/sys/class/net/$bridge" ]; then ip link set dev "$bridge" down || :; ip link delete dev "$bridge" type bridge || :; fi
  for port in $ports; do
    [ ! -e "/sys/class/net/$port" ] || ip addr flush dev "$port" scope global || :
  done
  remove_bonds
}
# A rule, or a route without a link, outlives the link whose line made it; and ifupdown-ng goes no further where that line then
# fails ("File exists").
forget_commands() {
  printf '%s\n' "$2" | grep -v '[;&|<>`]' |
    sed -n 's/^\(ip\( -[46]\)\{0,1\} ru[le]*\) a[d]*  *\(.*\)/\1 del \3/p; s/^\(ip\( -[46]\)\{0,1\} r[oute]*\) a[d]*  *\(\(blackhole\|unreachable\|prohibit\|throw\) .*\)/\1 del \3/p' |
    while read -r command; do IFACE=$1 sh -c "$command" 2>/dev/null </dev/null || :; done
}
links_up() {
  for link in $ports $bridge $aliases; do
    ! ifquery "$link" >/dev/null 2>&1 || ifup --force "$link" || up_failed=$link
  done
}
