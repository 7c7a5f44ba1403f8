#!/bin/sh
# Makes the judge: Debian's own Open vSwitch and Xen's own scripts for vifs, downloaded and unpacked into the project's cache, never installed. xenstore's programs are
# stand-ins, whose tree is a folder.
# Prints the judge's folder, whose `root` is laid over that of a host. Where it cannot be made, the last line of stderr says why.
set -eu
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
packages_script="$here/../debian-packages.sh"
xenstore="$here/../kernel-judge/xenstore.sh"
. "$packages_script"
begin ovs-judge "$here/build.sh" "$xenstore"
need apt-get dpkg-deb bash ip
fetched download openvswitch-switch openvswitch-common libxdp1 libbpf1 libelf1 libnuma1 libunbound8 libevent-2.1-7 libcap-ng0 xen-utils-common ||
  stop "Debian's Open vSwitch cannot be downloaded: $(why_not)"
unpack
unite_folders "$draft/root"
ln -sf ../lib/openvswitch-switch/ovs-vswitchd "$draft/root/usr/sbin/ovs-vswitchd"
for verb in read write list; do install -m 755 "$xenstore" "$draft/root/usr/bin/xenstore-$verb"; done
rm -rf "$draft/root/etc/init.d" "$draft/root/usr/lib/systemd"
finish
