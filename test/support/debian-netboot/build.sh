#!/bin/sh
# build.sh: takes Debian 12's own installer out of its package (133 MB, downloaded and unpacked, never installed on this machine).
# Prints the folder:
#   linux, initrd.gz   the kernel and the ramdisk of its netboot, which fetch the rest of the installer from a mirror
#   mirror             the mirror of this machine's apt, http://HOST/debian
# Where it cannot be had, the last line of stderr says why.
set -eu
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
packages_script="$here/../debian-packages.sh"
. "$packages_script"
begin debian-netboot "$here/build.sh"
need apt-get dpkg-deb

package=debian-installer-12-netboot-amd64
bash "$here/../../../lab/host/recipe/debian-sources.sh" bookworm | sed -n 's/^deb \[[^]]*\] \(http:[^ ]*\) bookworm main$/\1/p' | head -n 1 | sed 's|/$||' >"$draft/mirror"
[ -s "$draft/mirror" ] || stop "this machine's apt knows no Debian mirror over HTTP"
fetched download "$package" || stop "$package cannot be downloaded: $(why_not)"
unpack
for name in linux initrd.gz; do
  mv "$draft/root/usr/lib/debian-installer/images/12/amd64/text/debian-installer/amd64/$name" "$draft/$name"
done
rm -rf "$draft/root"
finish
