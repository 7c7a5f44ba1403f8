#!/bin/sh
# Stands in for systemctl where no service manager runs: it knows of the judge's one service (service.sh), which is the real one, as
# is the bus over which its own program speaks to it.
# shellcheck source=/dev/null
. /usr/lib/pulumi-xen-judge-service.sh
daemon() { pidof "${program##*/}" 2>/dev/null; }
case "$*" in
  "list-units "*) [ -z "$(daemon)" ] || echo "$service.service loaded active running" ;;
  "restart $service.service")
    umask 022
    for old in $(daemon); do
      kill "$old"
      while kill -0 "$old" 2>/dev/null; do sleep 0.05; done
    done
    mkdir -p /run/dbus
    make_folders
    if ! pidof dbus-daemon >/dev/null; then
      rm -f /run/dbus/system_bus_socket
      dbus-daemon --config-file=/usr/lib/pulumi-xen-judge-bus.conf --fork --nosyslog
    fi
    # shellcheck disable=SC2086 # options
    setsid "$program" $options </dev/null >/run/judge.log 2>&1 &
    ;;
  *)
    echo "no service manager runs here: systemctl $*" >&2
    exit 1
    ;;
esac
