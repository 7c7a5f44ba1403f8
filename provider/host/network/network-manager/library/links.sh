# shellcheck shell=sh
# Takes the links of $bridge and $ports down and up again with NetworkManager: links_down, links_up. $up_failed becomes what could
# not be brought up. Profiles that are no more it takes down itself, with the bridge that it made of them.
# The profiles that ours stand in place of are to come up again: "PORT UUID" a line each, from while ours still tell.
links_down() {
  nm_formers=
  for port in $ports; do
    nm_file=$(sed -n 's/^# In place of //p' "/etc/NetworkManager/system-connections/pulumi-xen-$bridge.$port.nmconnection" 2>/dev/null) || :
    [ -f "$nm_file" ] || continue
    nm_uuid=$(sed -n 's/^uuid=//p' "$nm_file")
    nm_formers="$nm_formers$port ${nm_uuid:--}
"
  done
}
# nm_away LINK KIND: waits until what no profile makes any more is gone.
nm_away() {
  nm_waited=0
  while [ -e "/sys/class/net/$1" ] && [ $nm_waited -lt 20 ]; do
    nm_waited=$((nm_waited + 1))
    sleep 1
  done
  [ ! -e "/sys/class/net/$1" ] || ip link delete dev "$1" type "$2" || :
}
links_up() {
  nmcli connection reload || { up_failed=NetworkManager; return 0; }
  nm_profiles=/etc/NetworkManager/system-connections/pulumi-xen-$bridge
  [ -e "$nm_profiles.nmconnection" ] || nm_away "$bridge" bridge
  for bond in $bonds; do
    [ -e "$nm_profiles.$bond.nmconnection" ] || nm_away "$bond" bond
  done
  if [ -e "$nm_profiles.nmconnection" ]; then
    nmcli -w 90 connection up "pulumi-xen-$bridge" || up_failed=$bridge
    for port in $ports; do
      [ ! -e "$nm_profiles.$port.nmconnection" ] || nmcli -w 90 connection up "pulumi-xen-$bridge.$port" || up_failed=$port
    done
    # It counts as up before its ports are in it.
    nm_waited=0
    while [ -z "$up_failed" ] && [ $nm_waited -lt 60 ]; do
      case $(nmcli -g GENERAL.STATE device show "$bridge" 2>/dev/null) in 100*) break ;; esac
      # Without a cable it never gets its lease.
      [ $nm_waited -lt 20 ] || [ "$(cat "/sys/class/net/$bridge/carrier" 2>/dev/null)" = 1 ] || break
      nm_waited=$((nm_waited + 1))
      sleep 1
    done
  fi
  for port in $ports; do
    [ -e "/sys/class/net/$port" ] && [ ! -e "$nm_profiles.$port.nmconnection" ] || continue
    nm_profile=$(printf '%s' "$nm_formers" | sed -n "s/^$port //p")
    # A port that had no profile is left alone: one that is for any card would go to it from another one.
    [ -n "$nm_profile" ] || continue
    # A profile without an id in its file has one all the same.
    [ "$nm_profile" != - ] || nm_profile=$(nmcli -g CONNECTIONS.AVAILABLE-CONNECTIONS device show "$port" 2>/dev/null | tr '|' '\n' | sed -n 's/.*\([0-9a-f]\{8\}-[0-9a-f-]\{27\}\).*/\1/p' | head -n 1)
    [ -z "$nm_profile" ] || nmcli -w 90 connection up uuid "$nm_profile" ifname "$port" || up_failed=$port
  done
}
