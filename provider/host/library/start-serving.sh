# shellcheck shell=sh
# Starts the server where it does not run, or listens on another address, or is an earlier version's, which knows no trees.
# $ms_program is media-server.py, $ms_reader iso9660.py; open-serving.sh comes before.
if ! server_pid >/dev/null || [ "$(cat "$ms_serving/address" 2>/dev/null)" != "$ms_address" ] ||
  { [ -n "$ms_iso" ] && [ ! -f "$ms_serving/iso9660.py" ]; }; then
  stop_server
  printf '%s' "$ms_reader" >"$ms_serving/iso9660.py"
  printf '%s' "$ms_program" >"$ms_serving/server.py"; chmod 644 "$ms_serving/server.py" "$ms_serving/iso9660.py"
  printf '%s\n' "$ms_address" >"$ms_serving/address"
  : >"$ms_serving/log"; chmod 644 "$ms_serving/log"
  if command -v setsid >/dev/null 2>&1; then ms_detach='setsid'; else ms_detach='nohup'; fi
  $ms_detach "$ms_python" "$ms_serving/server.py" "$ms_address" "$ms_port" "$ms_serving" </dev/null >"$ms_serving/log" 2>&1 8<&- &
  ms_tries=0
  until server_pid >/dev/null; do
    ms_tries=$((ms_tries + 1))
    if [ "$ms_tries" -gt 150 ] || { ! kill -0 $! 2>/dev/null && [ "$ms_tries" -gt 10 ]; }; then
      tail -n 3 "$ms_serving/log" >&2
      die "The installation could not be served at $ms_address port $ms_port. Where another program has the port, set servePort of the InstallMedia."
    fi
    sleep 0.2
  done
fi
echo "serving http://$ms_address:$ms_port/$ms_guest/"
