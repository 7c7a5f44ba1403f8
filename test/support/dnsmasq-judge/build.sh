#!/bin/sh
# Makes the judge: Debian's own dnsmasq, downloaded and unpacked into the project's cache, never installed.
# Prints the judge's folder, whose `root` is laid over that of a host. Where it cannot be made, the last line of stderr says why.
set -eu
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
packages_script="$here/../debian-packages.sh"
. "$packages_script"
begin dnsmasq-judge "$here/build.sh"
need apt-get dpkg-deb
fetched download dnsmasq-base libdbus-1-3 libnetfilter-conntrack3 libnfnetlink0 libnftables1 libnftnl11 libmnl0 libxtables12 libjansson4 \
  libgmp10 libhogweed6 libnettle8 libidn2-0 libunistring2 ||
  stop "Debian's dnsmasq cannot be downloaded: $(why_not)"
unpack
unite_folders "$draft/root"
finish
