#!/bin/sh
# Makes the judge: Debian's own ifupdown and bridge-utils, downloaded and unpacked into the project's cache, never installed.
# Prints the judge's folder, whose `root` is laid over that of a host. Where it cannot be made, the last line of stderr says why.
set -eu
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
packages_script="$here/../../support/debian-packages.sh"
. "$packages_script"
begin ifupdown-judge "$here/build.sh"
for program in apt-get dpkg-deb; do
  command -v "$program" >/dev/null 2>&1 || stop "there is no $program on this machine"
done
fetched download ifupdown bridge-utils || stop "Debian's ifupdown cannot be downloaded: $(why_not)"
for package in "$draft"/packages/*.deb; do
  dpkg-deb -x "$package" "$draft/root"
done
unite_folders "$draft/root"
finish
