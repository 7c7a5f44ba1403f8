# shellcheck shell=sh
# The processes of a bridge's dnsmasq. $dhcp_folder: the bridge's folder of ours.
# dhcp_process PIDFILE WORD: prints the number in the file where it is a process that was started with this word; a number may be
# another process's by now.
dhcp_process() {
  [ -f "$1" ] || return 1
  dhcp_pid=
  read -r dhcp_pid <"$1" || [ -n "$dhcp_pid" ] || return 1
  case $dhcp_pid in '' | *[!0-9]*) return 1 ;; esac
  tr '\0' '\n' 2>/dev/null <"/proc/$dhcp_pid/cmdline" | grep -qxF -e "$2" || return 1
  printf '%s\n' "$dhcp_pid"
}
dhcp_serves() { dhcp_process "$dhcp_folder/dnsmasq.pid" "--conf-file=$dhcp_folder/dnsmasq.conf"; }
dhcp_starter() { dhcp_process "$dhcp_folder/guest-dhcp.pid" "$dhcp_folder/guest-dhcp.sh"; }
