#!/bin/sh
# Makes the judge: Debian's own systemd with what it needs, downloaded and unpacked into the project's cache, never installed.
# Prints the judge's folder, whose `root` is laid over that of a host. Where it cannot be made, the last line of stderr says why.
set -eu
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
packages_script="$here/../../support/debian-packages.sh"
. "$packages_script"
begin networkd-judge "$here/build.sh" "$here/service.sh" "$here/../systemctl.sh" "$here/../bus.conf"
need apt-get dpkg-deb
# What its libraries need: most of them are on every Debian, but not all.
fetched download systemd dbus-daemon libdbus-1-3 libapparmor1 libexpat1 libsystemd0 libsystemd-shared libacl1 libblkid1 libcap2 libcap-ng0 libaudit1 libgcrypt20 libgpg-error0 libip4tc2 libkmod2 liblz4-1 libmount1 \
  libseccomp2 libselinux1 libzstd1 liblzma5 libpcre2-8-0 libssl3 libpam0g libcrypt1 ||
  stop "Debian's systemd cannot be downloaded: $(why_not)"
unpack
unite_folders "$draft/root"
# Only programs and libraries: its settings are the machine's.
rm -rf "$draft/root/etc" "$draft/root/var" "$draft/root/usr/share"
with_service "$here/service.sh"
finish
