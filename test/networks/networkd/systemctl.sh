#!/bin/sh
# Stands in for systemctl where no service manager runs: it knows of systemd-networkd.service alone, which is the real one, as is
# the bus over which networkctl speaks to it.
daemon() { pidof systemd-networkd 2>/dev/null; }
case "$*" in
  "list-units "*) [ -z "$(daemon)" ] || echo "systemd-networkd.service loaded active running Network Configuration" ;;
  "reset-failed "*) ;;
  "restart systemd-networkd.service")
    umask 022
    for old in $(daemon); do
      kill "$old"
      while kill -0 "$old" 2>/dev/null; do sleep 0.05; done
    done
    # What the unit's RuntimeDirectory= makes.
    mkdir -p /run/systemd/netif/links /run/systemd/netif/leases /run/systemd/netif/lldp /run/dbus
    chown -R systemd-network:systemd-network /run/systemd/netif
    if ! pidof dbus-daemon >/dev/null; then
      rm -f /run/dbus/system_bus_socket
      dbus-daemon --config-file=/usr/lib/pulumi-xen-judge-bus.conf --fork --nosyslog
    fi
    setsid /lib/systemd/systemd-networkd </dev/null >/run/networkd.log 2>&1 &
    ;;
  *)
    echo "no service manager runs here: systemctl $*" >&2
    exit 1
    ;;
esac
