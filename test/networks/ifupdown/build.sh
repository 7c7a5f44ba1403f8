#!/bin/sh
# Makes the judge: Debian's own ifupdown with the hooks of bridge-utils and ifenslave, downloaded and unpacked into the project's cache, never installed.
# Prints the judge's folder, whose `root` is laid over that of a host. Where it cannot be made, the last line of stderr says why.
set -eu
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
packages_script="$here/../../support/debian-packages.sh"
. "$packages_script"
begin ifupdown-judge "$here/build.sh"
need apt-get dpkg-deb
fetched download ifupdown bridge-utils ifenslave || stop "Debian's ifupdown cannot be downloaded: $(why_not)"
unpack
unite_folders "$draft/root"
finish
