#!/bin/sh
# namespace-host.sh PACKAGES FOLDER: the first process of a host that is a few namespaces of this machine (unshare --mount --net --pid): this
# machine's root with the packages laid over it, or these alone where they are a whole root; two cards with nothing behind them, no
# network. Tells its number, and sleeps.
set -eu
export LC_ALL=C
work=$2
mount --make-rprivate /
mount -t tmpfs none "$work"
mkdir "$work/packages" "$work/upper" "$work/work" "$work/root"
if [ -e "$1/../whole-root" ]; then layers=$1
else
  # A lower layer must not lie in another one.
  cp -a "$1/." "$work/packages/"
  layers=$work/packages:/
fi
mount -t overlay overlay -o "lowerdir=$layers,upperdir=$work/upper,workdir=$work/work" "$work/root"
mount -t proc proc "$work/root/proc"
mount -t sysfs sysfs "$work/root/sys"
[ ! -e "$1/../read-only-sys" ] || mount -o remount,ro,bind "$work/root/sys"
grep -q '^systemd-network:' "$work/root/etc/passwd" || echo 'systemd-network:x:998:998::/:/usr/sbin/nologin' >>"$work/root/etc/passwd"
grep -q '^systemd-network:' "$work/root/etc/group" || echo 'systemd-network:x:998:' >>"$work/root/etc/group"
mount --rbind /dev "$work/root/dev"
mount --bind /tmp "$work/root/tmp"
mount -t tmpfs run "$work/root/run"
# Nobody answers here: without it each IPv6 address costs a second.
sysctl -q -w net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0 2>/dev/null || :
# The number that this machine's /proc knows it by.
read -r pid _ </proc/self/stat
# Told from inside: whoever enters before would be in this machine's own root. A shell, since the first process has to wait for
# those whose parents have ended.
exec chroot "$work/root" sh -c 'echo "$1"; exec 2>/dev/null; while :; do sleep 1000; done' sh "$pid"
