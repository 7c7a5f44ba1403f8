# shellcheck shell=sh
# Says port.taken with the address where another program than our own server has the port on which an installation is to be served:
# $ms_bridge, $ms_port, $ms_serving as for open-serving.sh; $ms_probe is port-taken.py, for $ms_python. media-server.sh comes before.
ms_address=$(ip -4 -o addr show dev "$ms_bridge" 2>/dev/null | awk '{ sub("/.*", "", $4); print $4; exit }')
if [ -n "$ms_address" ] && [ -n "$ms_python" ] && ! server_pid >/dev/null &&
  [ "$("$ms_python" -c "$ms_probe" "$ms_address" "$ms_port" 2>/dev/null)" = taken ]; then
  # Our own writes its number down only when it has the port already.
  sleep 1
  server_pid >/dev/null || say port.taken "$ms_address"
fi
