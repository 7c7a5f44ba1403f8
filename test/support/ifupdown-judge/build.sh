#!/bin/sh
# Makes the judge: Debian's own ifupdown and bridge-utils, downloaded and unpacked into the project's cache, never installed.
# Prints the folder to lay over a root. Where it cannot be made, the last line of stderr says why.
set -eu
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
cache="${XDG_CACHE_HOME:-$HOME/.cache}/pulumi-xen/ifupdown-judge"
stamp=$(cat "$here/build.sh" "$here/../debian-packages.sh" | cksum | cut -d' ' -f1)
place="$cache/$stamp"
if [ -e "$place/done" ]; then
  echo "$place/root"
  exit
fi

mkdir -p "$cache"
draft=$(mktemp -d "$cache/draft.XXXXXX")
trap 'rm -rf "$draft"' EXIT
trap 'exit 1' HUP INT TERM
. "$here/../debian-packages.sh"
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
: >"$draft/done"
mkdir -p "$place"
mv -T "$draft" "$place" 2>/dev/null || [ -e "$place/done" ]
echo "$place/root"
