# shellcheck shell=sh
# The HTTP server of installations, as start-serving.sh and stop-serving.sh know it: $ms_serving is its folder.
# A pid is believed only when its command line is our server's: pids are used again.
server_pid() {
  ms_pid=$(cat "$ms_serving/pid" 2>/dev/null) || return 1
  case "$ms_pid" in ''|*[!0-9]*) return 1 ;; esac
  tr '\0' '\n' <"/proc/$ms_pid/cmdline" 2>/dev/null | grep -Fqx "$ms_serving/server.py" || return 1
  printf '%s\n' "$ms_pid"
}
stop_server() {
  if ms_old=$(server_pid); then
    kill "$ms_old" 2>/dev/null || true
    ms_tries=0
    while server_pid >/dev/null; do
      ms_tries=$((ms_tries + 1)); [ "$ms_tries" -le 50 ] || { kill -9 "$ms_old" 2>/dev/null || true; break; }
      sleep 0.1
    done
  fi
  rm -f "$ms_serving/pid"
}
