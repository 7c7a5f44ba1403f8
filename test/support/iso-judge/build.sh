#!/bin/sh
# Makes the judge: Debian's readers of ISO 9660 (xorriso; isoinfo of cdrkit), downloaded and unpacked into the project's cache, never installed.
# Prints the judge's folder. Needs no root. Where it cannot be made, the last line of stderr says why.
set -eu
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
packages_script="$here/../debian-packages.sh"
. "$packages_script"
begin iso-judge "$here/build.sh"
need apt-get dpkg-deb
fetched download xorriso libisoburn1 libisofs6 libburn4 libjte2 genisoimage libmagic1 || stop "Debian's xorriso cannot be downloaded: $(why_not)"
unpack
finish
