# shellcheck shell=sh
# Bonds that are made for a bridge: $bonds are those before a change and after it.
# is_bonded BOND CARD: is the card in it?
is_bonded() {
  bonded_cards=
  if [ -r "/sys/class/net/$1/bonding/slaves" ]; then read -r bonded_cards <"/sys/class/net/$1/bonding/slaves" || :; fi
  case " $bonded_cards " in *" $2 "*) ;; *) return 1 ;; esac
}
# Their cards get back what they had: the hardware address, the longest packet.
remove_bonds() {
  for bond in $bonds; do
    [ -d "/sys/class/net/$bond/bonding" ] || continue
    ip link set dev "$bond" down || :
    ip link delete dev "$bond" type bond || :
  done
}
