# shellcheck shell=sh
# Takes away $bonds, those that a change of the network leaves or makes.
# Their cards get back what they had: the hardware address, the longest packet.
remove_bonds() {
  for bond in $bonds; do
    [ -d "/sys/class/net/$bond/bonding" ] || continue
    ip link set dev "$bond" down || :
    ip link delete dev "$bond" type bond || :
  done
}
