# shellcheck shell=sh
# Ends a bridge's dnsmasq and what starts it again; $dhcp_bridge: its name. guest-dhcp.sh comes before.
for dhcp_of in dhcp_starter dhcp_serves; do
  dhcp_tries=0
  while dhcp_running=$($dhcp_of); do
    kill "$dhcp_running" 2>/dev/null || :
    dhcp_tries=$((dhcp_tries + 1))
    [ "$dhcp_tries" -le 50 ] || die "dnsmasq of $dhcp_bridge (process $dhcp_running) does not end."
    sleep 0.2
  done
done
rm -f "$dhcp_folder/dnsmasq.pid" "$dhcp_folder/guest-dhcp.pid"
