#!/bin/sh
# Makes the judge: Debian's own kernel with what it needs for bridges and VLANs, this machine's iproute2 and shells, Xen's own scripts for vifs,
# as the beginning of a small machine's memory disk; downloaded and unpacked into the project's cache, never installed.
# Prints the judge's folder, with `kernel` and `root`. Where it cannot be made, the last line of stderr says why.
set -eu
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
packages_script="$here/../debian-packages.sh"
. "$packages_script"
begin kernel-judge "$here/build.sh" "$here/init.sh"
need apt-get apt-cache dpkg-deb qemu-system-x86_64 ip bridge bash dash mawk cpio gzip ldd
versioned() { apt-cache depends linux-image-amd64 | sed -n 's/^ *Depends: //p' | head -n 1; }
packages() {
  image=$(versioned)
  [ -n "$image" ] && download "$image" busybox-static xen-utils-common ifupdown bridge-utils
}
fetched packages || stop "Debian's kernel cannot be downloaded: $(why_not)"
mkdir "$draft/all"
for package in "$draft"/packages/*.deb; do dpkg-deb -x "$package" "$draft/all"; done

root=$draft/root
mkdir -p "$root/bin" "$root/sbin" "$root/usr/bin" "$root/usr/sbin" "$root/proc" "$root/sys" "$root/dev" "$root/tmp" "$root/modules" "$root/etc/xen" \
  "$root/usr/lib" "$root/var/log/xen" "$root/run"
cp "$draft"/all/boot/vmlinuz-* "$draft/kernel"
cp "$(find "$draft/all" -path '*bin/busybox' -type f | head -n 1)" "$root/bin/busybox"
for module in llc stp bridge garp mrp 8021q veth; do
  cp "$(find "$draft/all" -name "$module.ko*" | head -n 1)" "$root/modules/"
done
cp -a "$draft/all/etc/xen/scripts" "$root/etc/xen/"
cp -a "$draft/all/etc/network" "$root/etc/"
for folder in usr/lib/ifupdown usr/lib/bridge-utils lib/bridge-utils usr/share/bridge-utils; do
  [ ! -d "$draft/all/$folder" ] || { mkdir -p "$root/${folder%/*}"; cp -a "$draft/all/$folder" "$root/${folder%/*}/"; }
done
[ -d "$root/lib/bridge-utils" ] || { mkdir -p "$root/lib"; ln -s /usr/lib/bridge-utils "$root/lib/bridge-utils"; }
for program in ifup ifdown ifquery brctl; do
  file=$(find "$draft/all" -name "$program" \( -type f -o -type l \) -path '*sbin*' | head -n 1)
  cp -L "$file" "$root/usr/sbin/" 2>/dev/null || ln -s ifup "$root/usr/sbin/$program"
done
for program in ip bridge bash dash mawk run-parts; do
  file=$(command -v "$program")
  cp -L "$file" "$root/usr/bin/"
  ldd "$file" 2>/dev/null | grep -o '/[^ )]*' | while read -r library; do
    mkdir -p "$root$(dirname "$library")"
    cp -L "$library" "$root$library"
  done
done
ln -s mawk "$root/usr/bin/awk"
ln -s /usr/bin/dash "$root/bin/sh"
ln -s /usr/bin/bash "$root/bin/bash"
ln -s /usr/bin/run-parts "$root/bin/run-parts"
ln -s /usr/bin/ip "$root/sbin/ip"
ln -s /usr/bin/bridge "$root/sbin/bridge"
ln -s /usr/sbin/brctl "$root/sbin/brctl"
install -m 755 "$here/init.sh" "$root/init"
rm -rf "$draft/all"
finish
