#!/bin/sh
# Makes the judge: Debian's own ifupdown2, downloaded and unpacked into the project's cache, never installed.
# Prints the judge's folder, whose `root` is laid over that of a host. Where it cannot be made, the last line of stderr says why.
set -eu
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
packages_script="$here/../../support/debian-packages.sh"
. "$packages_script"
begin ifupdown2-judge "$here/build.sh"
need apt-get dpkg-deb
[ -x /usr/bin/python3 ] || stop "there is no /usr/bin/python3 on this machine"
fetched download ifupdown2 || stop "Debian's ifupdown2 cannot be downloaded: $(why_not)"
unpack
unite_folders "$draft/root"
# As its postinst does.
chmod 755 "$draft/root/usr/share/ifupdown2/__main__.py"
finish
