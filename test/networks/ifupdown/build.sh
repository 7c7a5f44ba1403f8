#!/bin/sh
# Makes the judge: Debian's own ifupdown and bridge-utils, downloaded and unpacked into the project's cache, never installed.
# Prints the judge's folder, whose `root` is laid over that of a host. Where it cannot be made, the last line of stderr says why.
set -eu
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
. "$here/../debian-packages.sh"
begin ifupdown-judge "$here/build.sh"
for program in apt-get dpkg-deb; do
  command -v "$program" >/dev/null 2>&1 || stop "there is no $program on this machine"
done
fetched download ifupdown bridge-utils || stop "Debian's ifupdown cannot be downloaded: $(why_not)"
for package in "$draft"/packages/*.deb; do
  dpkg-deb -x "$package" "$draft/root"
done
# On a machine whose /sbin is a link, a folder of that name would hide it.
for folder in bin sbin lib; do
  [ -d "$draft/root/$folder" ] || continue
  mkdir -p "$draft/root/usr/$folder"
  cp -a "$draft/root/$folder/." "$draft/root/usr/$folder/"
  rm -rf "${draft:?}/root/$folder"
done
finish
