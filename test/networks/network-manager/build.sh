#!/bin/sh
# Makes the judge: Debian's own NetworkManager with what it needs, downloaded and unpacked into the project's cache, never installed.
# Prints the judge's folder, whose `root` is laid over that of a host. Where it cannot be made, the last line of stderr says why.
set -eu
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
packages_script="$here/../../support/debian-packages.sh"
. "$packages_script"
begin network-manager-judge "$here/build.sh" "$here/service.sh" "$here/../systemctl.sh" "$here/network-manager.conf" "$here/../bus.conf"
need apt-get dpkg-deb
# What its libraries need: most of them are on every Debian, but not all.
fetched download network-manager dbus-daemon libdbus-1-3 libapparmor1 libexpat1 libsystemd0 libnm0 libndp0 libteamdctl0 libmm-glib0 \
  libjansson4 libcurl3-gnutls libpsl5 libnewt0.52 libbluetooth3 libudev1 libreadline8 libglib2.0-0 libgnutls30 libselinux1 libaudit1 \
  libcap-ng0 || stop "Debian's NetworkManager cannot be downloaded: $(why_not)"
unpack
unite_folders "$draft/root"
# Only programs and libraries: its settings are the test's.
rm -rf "$draft/root/etc" "$draft/root/var" "$draft/root/usr/share" "$draft/root/usr/lib/NetworkManager/conf.d"
with_service "$here/service.sh"
install -m 644 "$here/network-manager.conf" "$draft/root/usr/lib/pulumi-xen-judge-nm.conf"
finish
