#!/bin/sh
# power-on.sh: one boot of the host, in namespaces of its own; ends with it. Its card's cable leads to where this runs. $EL6_BOOT is
# the folder of its /boot, the rest of the environment is for stand-ins/init.
set -eu
ip link delete wire 2>/dev/null || :
ip link add eth0 address 00:0C:29:47:3E:EA type veth peer name wire
ip addr add 192.168.1.253/24 dev wire
ip link set wire up
own=$(readlink /proc/self/ns/net)
unshare --mount --net --pid --fork --kill-child sh /usr/libexec/el6/init &
child=$!
while [ "$(readlink "/proc/$child/ns/net" || echo "$own")" = "$own" ]; do sleep 0.05; done
ip link set eth0 netns "$child"
while ! pgrep -P "$child" >/run/booted; do sleep 0.05; done
wait "$child"
