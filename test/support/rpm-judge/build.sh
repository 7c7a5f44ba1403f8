#!/bin/sh
# Makes the judge: Debian's own rpm, dnf and createrepo_c, and brctl and arping for network scripts, with what they need and this machine lacks, downloaded and unpacked into the
# project's cache, never installed. Prints the judge's folder, whose `root` is laid over that of a host. Where it cannot be made,
# the last line of stderr says why.
set -eu
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
packages_script="$here/../debian-packages.sh"
. "$packages_script"
begin rpm-judge "$here/build.sh"
need apt-get dpkg-deb
download_with_needs() {
  # shellcheck disable=SC2086 # options
  wanted=$(apt-get $apt_options -qq -s --no-install-recommends install rpm dnf createrepo-c bridge-utils iputils-arping 2>"$draft/log" | sed -n 's/^Inst \([^ ]*\) .*/\1/p')
  [ -n "$wanted" ] || return 1
  # shellcheck disable=SC2086 # names
  download $wanted
}
fetched download_with_needs || stop "Debian's rpm and dnf cannot be downloaded: $(why_not)"
unpack
unite_folders "$draft/root"
# Debian's rpm keeps root's database in the home folder, and its dnf reads no folder of repositories unless it is told.
mkdir -p "$draft/root/etc/rpm" "$draft/root/etc/dnf" "$draft/root/etc/yum.repos.d"
echo '%_dbpath /var/lib/rpm' >"$draft/root/etc/rpm/macros.judge"
printf '[main]\ngpgcheck=1\nreposdir=/etc/yum.repos.d\nvarsdir=/etc/dnf/vars\ncachedir=/var/cache/dnf\nignorearch=True\n' >"$draft/root/etc/dnf/dnf.conf"
finish
