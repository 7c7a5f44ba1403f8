#!/bin/sh
# build.sh SUITE: makes what a real Debian (bookworm, trixie) is installed from, of Debian's own packages, downloaded and unpacked into the
# project's cache, never installed on this machine. Prints the folder:
#   vmlinuz, initrd.gz   Debian's cloud kernel, and a ramdisk of its essential packages with debootstrap and our init
#   include              what debootstrap is to install, a,b,c
#   tree/                a partial repository, as on an installation CD: dists/SUITE/… and pool/…
# Where it cannot be made, the last line of stderr says why.
set -eu
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"

here=$(cd "$(dirname "$0")" && pwd)
suite=$1
packages_script="$here/../debian-packages.sh"
. "$packages_script"
begin "debian-installer-$suite" "$here/build.sh" "$here/init.sh"
need apt-get apt-cache dpkg-deb cpio gzip xz

# What the guest consists of: small, and with all that a guest of one's own needs to boot by itself.
guest="apt usr-is-merged linux-image-cloud-amd64 initramfs-tools systemd-sysv udev dbus ifupdown iproute2 openssh-server grub2-common e2fsprogs"
# What runs in the ramdisk.
installer="debootstrap mount wget e2fsprogs fdisk kmod iproute2 xz-utils"

# Lists of our own: this machine may be another Debian.
bash "$here/../../../lab/host/recipe/debian-sources.sh" "$suite" >"$draft/sources.list"
[ -s "$draft/sources.list" ] || stop "this machine's apt knows no Debian mirror over HTTP"
: >"$draft/status"
mkdir -p "$draft/lists/partial" "$draft/apt/archives/partial" "$draft/packages"
apt_options="-o Dir::State::Lists=$draft/lists -o Dir::Cache=$draft/apt -o Dir::State::Status=$draft/status"
apt_options="$apt_options -o Dir::Etc::SourceList=$draft/sources.list -o Dir::Etc::SourceParts=/dev/null"
apt_options="$apt_options -o APT::Sandbox::User=$(id -un) -o APT::Install-Recommends=false -o Acquire::Retries=3"
# shellcheck disable=SC2086 # options
apt-get $apt_options -qq update >"$draft/log" 2>&1 || stop "the package lists of $suite cannot be read: $(why_not)"

# names PACKAGE…: these, what is essential, and what they depend on.
names() {
  # shellcheck disable=SC2086 # options
  apt-get $apt_options -qq -s install '?essential' "$@" 2>"$draft/log" | sed -n 's/^Inst \([^ ]*\) .*/\1/p' | sort -u
}
# shellcheck disable=SC2086 # options, names
required=$(apt-cache $apt_options dumpavail | awk '/^Package:/ { name = $2 } /^Priority: required/ { print name }' | sort -u)
# shellcheck disable=SC2086 # names
in_guest=$(names $guest $required)
# shellcheck disable=SC2086 # names
in_installer=$(names $installer)
kernel=$(printf '%s\n' "$in_guest" | grep '^linux-image-.*-cloud-amd64$') || stop "apt finds no kernel: $(why_not)"
# shellcheck disable=SC2086 # names
download $in_guest $in_installer || stop "Debian's packages cannot be downloaded: $(why_not)"

# --- the tree: what the guest consists of, and an index of just that
tree=$draft/tree
mkdir -p "$tree/dists/$suite/main/binary-amd64"
# shellcheck disable=SC2086 # options, names
apt-cache $apt_options show --no-all-versions $in_guest >"$tree/dists/$suite/main/binary-amd64/Packages"
sed -n 's/^Filename: //p' "$tree/dists/$suite/main/binary-amd64/Packages" | while read -r path; do
  # apt spells the colon and the like of a version as %3a; the file's name in the pool has none of it.
  for file in "$draft/packages/$(basename "$path" | cut -d_ -f1)"_*; do
    mkdir -p "$tree/$(dirname "$path")"
    ln -f "$file" "$tree/$path"
  done
done
index=main/binary-amd64/Packages
cat >"$tree/dists/$suite/Release" <<X
Origin: Debian
Suite: $suite
Codename: $suite
Architectures: amd64
Components: main
SHA256:
 $(sha256sum "$tree/dists/$suite/$index" | cut -d' ' -f1) $(wc -c <"$tree/dists/$suite/$index") $index
X

# --- the ramdisk: unpacked, not installed
root=$draft/root
mkdir -p "$root"
for name in $in_installer; do
  dpkg-deb -x "$draft/packages/${name}"_*.deb "$root"
done
dpkg-deb -x "$draft/packages/${kernel}"_*.deb "$draft/kernel"
unite_folders "$root"
for folder in bin sbin lib lib64; do [ -L "$root/$folder" ] || ln -s "usr/$folder" "$root/$folder"; done
rm -rf "$root"/usr/share/doc "$root"/usr/share/man "$root"/usr/share/locale "$root"/usr/share/zoneinfo "$root"/usr/share/i18n \
  "$root"/usr/lib/x86_64-linux-gnu/gconv "$root"/usr/share/info "$root"/usr/share/bug "$root"/usr/share/lintian
ln -sf mawk "$root/usr/bin/awk"
echo root:x:0:0:root:/root:/bin/sh >"$root/etc/passwd"
echo root:x:0: >"$root/etc/group"
mkdir -p "$root"/dev "$root"/proc "$root"/sys "$root"/run "$root"/tmp "$root"/mnt
install -m 755 "$here/init.sh" "$root/init"
version=${kernel#linux-image-}
mkdir "$root/modules"
number=10
# In the order in which each finds what it needs; a kernel that has one built in lacks the file. Debian 13 compresses them.
for name in crc16 crc32c_generic mbcache jbd2 ext4 xen-blkfront xen-netfront; do
  find "$draft/kernel" -name "$name.ko" -exec cp {} "$root/modules/$number-$name.ko" \;
  find "$draft/kernel" -name "$name.ko.xz" -exec xz -dc {} \; >"$draft/module"
  [ ! -s "$draft/module" ] || mv "$draft/module" "$root/modules/$number-$name.ko"
  number=$((number + 1))
done
cp "$draft/kernel/boot/vmlinuz-$version" "$draft/vmlinuz"
(cd "$root" && find . | cpio -o -H newc --quiet -R 0:0) | gzip -n -6 >"$draft/initrd.gz"

printf '%s\n' "$guest" | tr ' ' , >"$draft/include"
rm -rf "$root" "$draft/kernel" "$draft/module" "$draft/sources.list" "$draft/status"
finish
