#!/bin/sh
# Makes the judge: Debian's own extlinux and the files that it boots with, downloaded and unpacked into the project's cache, never
# installed. Prints the judge's folder, whose `root` is laid over that of a host, with the places that they have on Alpine; update-extlinux
# is a stand-in (update-extlinux.sh). Where it cannot be made, the last line of stderr says why.
set -eu
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
packages_script="$here/../debian-packages.sh"
. "$packages_script"
begin extlinux-judge "$here/build.sh" "$here/update-extlinux.sh"
need apt-get dpkg-deb mke2fs losetup ldd
fetched download extlinux syslinux-common busybox-static xen-hypervisor-4.17-amd64 || stop "Debian's extlinux cannot be downloaded: $(why_not)"
unpack
unite_folders "$draft/root"
share="$draft/root/usr/share/syslinux"
mkdir -p "$share" "$draft/root/usr/sbin" "$draft/root/etc/update-extlinux.d" "$draft/root/boot" "$draft/root/opt/extlinux"
cp "$draft"/root/usr/lib/syslinux/modules/bios/*.c32 "$share/"
cp "$draft/root/usr/lib/syslinux/mbr/mbr.bin" "$share/"
mkdir -p "$draft/root/usr/share/px-xen"
mv "$draft"/root/boot/xen-*-amd64.gz "$draft/root/usr/share/px-xen/xen.gz"
rm -rf "$draft"/root/boot/*
install -m 755 "$here/update-extlinux.sh" "$draft/root/usr/sbin/update-extlinux"
# For a host with another libc, its own libraries beside it.
mv "$draft/root/usr/bin/extlinux" "$draft/root/opt/extlinux/extlinux"
for library in $(ldd "$draft/root/opt/extlinux/extlinux" | sed -n 's/^.*[[:blank:]]\(\/[^ ]*\) (.*/\1/p'); do cp -L "$library" "$draft/root/opt/extlinux/"; done
for file in "$draft"/root/opt/extlinux/ld-linux*; do loader=${file##*/}; done
printf '#!/bin/sh\nexec /opt/extlinux/%s --library-path /opt/extlinux --argv0 extlinux /opt/extlinux/extlinux "$@"\n' "$loader" >"$draft/root/usr/sbin/extlinux"
chmod 755 "$draft/root/usr/sbin/extlinux"
# As Alpine's package brings it, for a serial console that nobody watches.
cat >"$draft/root/etc/update-extlinux.conf" <<'END'
overwrite=1
default_kernel_opts="quiet rootfstype=ext4"
modules=sd-mod,usb-storage,ext4
root=UUID=da6c
hidden=1
timeout=1
default=lts
serial_port=0
serial_baud=115200
xen_opts=loglvl=all
END
finish
