# shellcheck shell=sh
# Starts a bridge's dnsmasq as a boot does, and waits until it has its sockets; $dhcp_bridge: its name. guest-dhcp.sh comes before.
if command -v setsid >/dev/null 2>&1; then dhcp_detach='setsid'; else dhcp_detach='nohup'; fi
# What the job holds open, its locks among it, it must not.
$dhcp_detach /bin/sh "$dhcp_folder/guest-dhcp.sh" </dev/null >/dev/null 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
dhcp_tries=0
until dhcp_serves >/dev/null; do
  dhcp_tries=$((dhcp_tries + 1))
  [ "$dhcp_tries" -le 50 ] || die "dnsmasq does not give guests on $dhcp_bridge their addresses: $(tail -n 1 "$dhcp_folder/dnsmasq.log")"
  sleep 0.2
done
