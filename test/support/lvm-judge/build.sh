#!/bin/sh
# Makes the judge: Debian's own LVM, downloaded and unpacked into the project's cache, never installed. Prints the judge's folder. Where it
# cannot be made, the last line of stderr says why.
set -eu
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
packages_script="$here/../debian-packages.sh"
. "$packages_script"
begin lvm-judge "$here/build.sh"
need apt-get dpkg-deb
fetched download lvm2 libdevmapper-event1.02.1 libdevmapper1.02.1 libaio1 libedit2 || stop "Debian's lvm2 cannot be downloaded: $(why_not)"
unpack
finish
