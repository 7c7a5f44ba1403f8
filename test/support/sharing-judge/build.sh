#!/bin/sh
# Makes the judge: Debian's own mkfs of the file systems whose files can share blocks, downloaded and unpacked into the project's cache, never
# installed. Prints the judge's folder. Where it cannot be made, the last line of stderr says why.
set -eu
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
packages_script="$here/../debian-packages.sh"
. "$packages_script"
begin sharing-judge "$here/build.sh"
need apt-get dpkg-deb
fetched download xfsprogs btrfs-progs libblkid1 libuuid1 libinih1 liburcu8 liblzo2-2 libdevmapper1.02.1 libudev1 ||
  stop "Debian's xfsprogs and btrfs-progs cannot be downloaded: $(why_not)"
unpack
finish
