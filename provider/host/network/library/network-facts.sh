# shellcheck shell=sh
# network_facts: what makes a host reachable over $bridge, a line each: fixed addresses, that there is a lease, that there is a way
# out, the $ports that are in it, and the bonds and cards of $bonded ("bond0/eth0") that are.
network_facts() {
  for facts_family in 4 6; do
    ip -o "-$facts_family" addr show dev "$bridge" scope global 2>/dev/null | while read -r _ _ _ facts_address facts_rest; do
      case " $facts_rest " in
        # What routers announce comes when it comes.
        *" dynamic "*) [ "$facts_family" = 6 ] || echo lease ;;
        *) echo "address $facts_address" ;;
      esac
    done
    if ip "-$facts_family" route show default dev "$bridge" 2>/dev/null | grep -qv ' proto ra '; then echo "default $facts_family"; fi
  done
  for facts_port in $ports; do
    [ ! -e "/sys/class/net/$bridge/brif/$facts_port" ] || echo "port $facts_port"
  done
  facts_last=
  for facts_card in $bonded; do
    facts_bond=${facts_card%%/*}
    [ "$facts_bond" = "$facts_last" ] || [ ! -d "/sys/class/net/$facts_bond/bonding" ] || echo "bond $facts_bond"
    facts_last=$facts_bond
    ! is_bonded "$facts_bond" "${facts_card#*/}" || echo "card ${facts_card#*/} of $facts_bond"
  done
}
