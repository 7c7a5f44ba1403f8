#!/bin/sh
# Makes the judge: Debian's own ifupdown-ng, downloaded and unpacked into the project's cache, never installed. With bridge-utils, as
# hosts of Xen have it: its hooks run beside ifupdown-ng's own programs.
# Prints the judge's folder, whose `root` is laid over that of a host. Where it cannot be made, the last line of stderr says why.
set -eu
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
packages_script="$here/../../support/debian-packages.sh"
. "$packages_script"
begin ifupdown-ng-judge "$here/build.sh"
need apt-get dpkg-deb
fetched download ifupdown-ng bridge-utils libbsd0 libmd0 || stop "Debian's ifupdown-ng cannot be downloaded: $(why_not)"
unpack
unite_folders "$draft/root"
finish
