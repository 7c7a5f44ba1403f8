# shellcheck shell=sh
# What each bond is, in the kernel's words: "mode active-backup 1;primary eth0;…;address eth0 52:54:00:00:00:01;".
for link in /sys/class/net/*/bonding; do
  [ -r "$link/mode" ] || continue
  bond_says=
  bond_card=
  for bond_option in slaves mode primary primary_reselect miimon updelay downdelay lacp_rate xmit_hash_policy min_links; do
    bond_value=
    if [ -r "$link/$bond_option" ]; then read -r bond_value <"$link/$bond_option" || :; fi
    bond_says="$bond_says$bond_option $bond_value;"
  done
  link=${link%/bonding}
  # The addresses that its cards had before.
  if [ -r "/proc/net/bonding/${link##*/}" ]; then
    while read -r bond_a bond_b bond_c bond_d; do
      case "$bond_a $bond_b" in
        "Slave Interface:") bond_card=$bond_c ;;
        "Permanent HW") bond_says="${bond_says}address $bond_card $bond_d;" ;;
      esac
    done <"/proc/net/bonding/${link##*/}"
  fi
  say "bond.${link##*/}" "$bond_says"
done
