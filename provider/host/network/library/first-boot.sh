# shellcheck shell=sh
# Whether the first boot after a change of the network has brought up what was confirmed ($folder/expected). If not within five
# minutes with a cable, the old network is restored. Before it comes network-facts.sh; $bridge, $ports, $bonded and $folder are set.
exec >>"$folder/first-boot.log" 2>&1
has_come_up() {
  # Of what is leased nothing else may be expected, and a card may not be up yet (seen with NetworkManager, whose bridge had no module).
  [ -e "/sys/class/net/$bridge" ] || return 1
  first_now=$(network_facts)
  first_expected=$(cat "$folder/expected")
  printf '%s\n' "$first_expected" | while read -r first_fact; do
    ! printf '%s\n' "$first_now" | grep -qxF "$first_fact" || continue
    case $first_fact in
      # Who gives none to the bridge gives none to the card either, nor a way out.
      lease) continue ;;
      "default 4") ! printf '%s\n' "$first_expected" | grep -qx lease || continue ;;
      # A card that is missing or has no cable is nobody's file's fault; one that nobody has brought up is.
      "port "*) may_have_cable "${first_fact#port }" || continue ;;
      "card "*) first_card=${first_fact#card }; may_have_cable "${first_card%% *}" || continue ;;
    esac
    exit 1
  done
}
# The kernel tells of a cable only where the link is up (IFF_UP, the last bit of its flags).
may_have_cable() {
  [ -e "/sys/class/net/$1/flags" ] || return 1
  [ $(($(cat "/sys/class/net/$1/flags") & 1)) = 1 ] || return 0
  [ "$(cat "/sys/class/net/$1/carrier" 2>/dev/null)" = 1 ]
}
# Without a cable no network comes up, the old one neither.
has_cable() {
  [ -n "$ports" ] || return 0
  for first_port in $ports; do
    ! may_have_cable "$first_port" || return 0
  done
  return 1
}
first_waited=0
while [ $first_waited -lt 300 ]; do
  if has_come_up; then
    echo "$(date): $bridge has come up as it was confirmed"
    first_boot_is_over
    exit 0
  fi
  ! has_cable || first_waited=$((first_waited + 2))
  sleep 2
done
if ! sha256sum -c "$folder/written" >/dev/null 2>&1; then
  echo "$(date): $bridge has not come up, but the network's files are no longer those that were confirmed; they are left alone"
  first_boot_is_over
  exit 0
fi
rollback_at_boot
echo "$(date): $bridge has not come up as it was confirmed: $(network_facts | tr '\n' ';') in place of $(tr '\n' ';' <"$folder/expected")"
: >"$folder/to-booted"
: >"$folder/armed"
exec /bin/sh "$folder/rollback.sh"
