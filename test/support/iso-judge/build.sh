#!/bin/sh
# Makes the judge: Debian's own xorriso and genisoimage (isoinfo), which make and read ISO images, and bsdtar, which unpacks them, downloaded and
# unpacked into the project's cache, never installed. Prints the judge's folder, whose `root` has them. Where it cannot be made,
# the last line of stderr says why.
set -eu
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
packages_script="$here/../debian-packages.sh"
. "$packages_script"
begin iso-judge "$here/build.sh"
need apt-get dpkg-deb
download_with_needs() {
  # shellcheck disable=SC2086 # options
  wanted=$(apt-get $apt_options -qq -s --no-install-recommends install xorriso genisoimage libarchive-tools 2>"$draft/log" | sed -n 's/^Inst \([^ ]*\) .*/\1/p')
  [ -n "$wanted" ] || return 1
  # shellcheck disable=SC2086 # names
  download $wanted
}
fetched download_with_needs || stop "Debian's xorriso, genisoimage and bsdtar cannot be downloaded: $(why_not)"
unpack
unite_folders "$draft/root"
finish
