#!/bin/sh
# Stands in for systemctl where no service manager runs: it knows of NetworkManager.service alone, which is the real one, as is the
# bus over which nmcli speaks to it.
daemon() { pidof NetworkManager 2>/dev/null; }
case "$*" in
  "list-units "*) [ -z "$(daemon)" ] || echo "NetworkManager.service loaded active running Network Manager" ;;
  "restart NetworkManager.service")
    umask 022
    for old in $(daemon); do
      kill "$old"
      while kill -0 "$old" 2>/dev/null; do sleep 0.05; done
    done
    mkdir -p /run/NetworkManager /run/dbus /var/lib/NetworkManager
    if ! pidof dbus-daemon >/dev/null; then
      rm -f /run/dbus/system_bus_socket
      dbus-daemon --config-file=/usr/lib/pulumi-xen-judge-bus.conf --fork --nosyslog
    fi
    setsid NetworkManager -d --config=/usr/lib/pulumi-xen-judge-nm.conf </dev/null >/run/network-manager.log 2>&1 &
    ;;
  *)
    echo "no service manager runs here: systemctl $*" >&2
    exit 1
    ;;
esac
