# shellcheck shell=sh
# is_bonded BOND CARD: is the card in it?
is_bonded() {
  bonded_cards=
  if [ -r "/sys/class/net/$1/bonding/slaves" ]; then read -r bonded_cards <"/sys/class/net/$1/bonding/slaves" || :; fi
  case " $bonded_cards " in *" $2 "*) ;; *) return 1 ;; esac
}
