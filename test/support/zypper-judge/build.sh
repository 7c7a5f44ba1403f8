#!/bin/sh
# Makes the judge: Debian's own zypper, rpm and createrepo_c, with what they need and this machine lacks, downloaded and unpacked into the
# project's cache, never installed. Prints the judge's folder, whose `root` is laid over that of a host. Where it cannot be made,
# the last line of stderr says why.
set -eu
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
packages_script="$here/../debian-packages.sh"
. "$packages_script"
begin zypper-judge "$here/build.sh"
need apt-get dpkg-deb
download_with_needs() {
  # shellcheck disable=SC2086 # options
  wanted=$(apt-get $apt_options -qq -s --no-install-recommends install zypper rpm createrepo-c 2>"$draft/log" | sed -n 's/^Inst \([^ ]*\) .*/\1/p')
  [ -n "$wanted" ] || return 1
  # shellcheck disable=SC2086 # names
  download $wanted
}
fetched download_with_needs || stop "Debian's zypper cannot be downloaded: $(why_not)"
unpack
unite_folders "$draft/root"
# Debian's rpm keeps root's database in the home folder. A SUSE has no folder of yum's.
mkdir -p "$draft/root/etc/rpm" "$draft/root/etc/zypp/repos.d"
echo '%_dbpath /var/lib/rpm' >"$draft/root/etc/rpm/macros.judge"
finish
