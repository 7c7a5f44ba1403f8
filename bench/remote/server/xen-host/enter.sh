#!/bin/sh
# enter.sh FILES COMMAND…: runs the command on what looks like a Xen host, in a mount namespace of its own (unshare -m). What
# FILES holds lies over this machine's: etc, over a copy of it; boot, var/lib and sys in their whole places; proc beside the
# kernel's. sshd is this machine's, and so are all programs but the recorded ones (recorded.pl).
set -eu
files=$1
shift
mount -t tmpfs tmpfs "$files/run"
mkdir "$files/run/etc" "$files/run/proc"
cp -a /etc/. "$files/run/etc/"
cp -a --remove-destination "$files/etc/." "$files/run/etc/"
mount --bind "$files/run/etc" /etc
for folder in boot var/lib sys; do mount --bind "$files/$folder" "/$folder"; done
# Nobody can make /proc/xen in a proc: so it lies aside, and what leads to it, processes still to come among it, are links.
mount -t proc proc "$files/run/proc"
mount -t tmpfs tmpfs /proc
for path in "$files/run/proc"/[!0-9]*; do ln -s "$path" "/proc/${path##*/}"; done
perl -e 'symlink "$ARGV[0]/$_", "/proc/$_" for 1 .. 32768' "$files/run/proc"
cp -a "$files/proc/." /proc/
exec "$@"
