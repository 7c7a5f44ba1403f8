#!/bin/bash
# Builds the disk of one lab host: an ordinary Debian that boots from a BIOS partition table, with or without Xen.
#
#   LAB_KIND=plain|xen LAB_SUITE=bookworm|trixie|bullseye LAB_NETWORK=ifupdown|ifupdown2|networkd|netplan|network-manager \
#     LAB_BOOT=grub2|grub-legacy LAB_KEYS=FOLDER host-image.sh OUT
#
# OUT (a folder) receives disk.raw (sparse), with GRUB legacy boot.raw too, and guest-parts/ (kernel, modules and busybox for the tiny guest).
# LAB_KEYS holds id_ed25519{,.pub} (the login of root) and host_ed25519{,.pub} (the host's own key).
# There is no loop device and no mount of ours: mmdebstrap makes a folder (as root) or an archive (as anybody else, in a
# user namespace, unpacked under fakeroot), mke2fs -d makes a file system of it, and GRUB is put in place by dd.
set -euo pipefail
export PATH="$PATH:/usr/sbin:/sbin" LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
out=$1
: "${LAB_KIND:?}" "${LAB_SUITE:?}" "${LAB_NETWORK:?}" "${LAB_BOOT:?}" "${LAB_KEYS:?}"

# What people expect on a small server, and what is needed to turn it into a Xen host over the network.
packages=apt,debian-archive-keyring,systemd-sysv,udev,dbus,kmod,linux-image-amd64,initramfs-tools,lz4,zstd
packages=$packages,openssh-server,iproute2,iputils-ping,bridge-utils,procps,python3,curl,ca-certificates,less
packages=$packages,fdisk,parted,e2fsprogs,dosfstools,xz-utils,qemu-utils,busybox-static,socat,psmisc,jq,kpartx,lvm2,debconf-utils
case $LAB_SUITE in
  trixie) packages=$packages,dhcpcd-base ;;
  *) packages=$packages,isc-dhcp-client ;;
esac
case $LAB_NETWORK in
  ifupdown2) packages=$packages,ifupdown2 ;;
  netplan) packages=$packages,ifupdown,netplan.io ;;
  network-manager) packages=$packages,ifupdown,network-manager ;;
  *) packages=$packages,ifupdown ;;
esac
[ "$LAB_BOOT" != grub2 ] || packages=$packages,grub-pc
[ "$LAB_STORAGE" != yes ] || packages=$packages,$(bash "$here/host-storage.sh" packages) # storage
# In Debian 11 the device model for Xen is a part of the ordinary package.
device_model=qemu-system-xen
[ "$LAB_SUITE" != bullseye ] || device_model=qemu-system-x86
case $LAB_KIND in
  plain) ;;
  xen) packages=$packages,xen-system-amd64,$device_model ;;
  *) echo "host-image.sh: LAB_KIND is \"$LAB_KIND\", must be plain or xen" >&2; exit 2 ;;
esac

# The package mirror is the one this machine's apt uses already, where this machine is a Debian; elsewhere the argument
# is left out and mmdebstrap takes Debian's own default.
sources=$out/debian.list
bash "$here/debian-sources.sh" "$LAB_SUITE" > "$sources"
mirror=()
[ -s "$sources" ] && mirror=("$sources")

options=(
  --variant=essential --include="$packages"
  # Named, since mmdebstrap finds the right keys by itself only where gpg is installed.
  --keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  --aptopt='APT::Install-Recommends "false"'
  --aptopt='Acquire::Languages "none"' --aptopt='Acquire::Retries "3"'
  # The lists stay, and apt's index of them, as on any Debian in use: fetching all of them again takes 20 s under emulation, making
  # the index 8 s.
  --skip=cleanup/apt --customize-hook='rm -f "$1"/var/cache/apt/archives/*.deb; chroot "$1" apt-cache gencaches'
  # The machine that builds may be killed half-way, but then the folder is thrown away: syncing each file only costs time.
  --dpkgopt=force-unsafe-io
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*'
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright'
)
# Drivers an emulated machine can never meet: more than half of the kernel package's 400 MB.
for useless in sound drivers/gpu drivers/media drivers/staging drivers/infiniband drivers/iio drivers/isdn \
  drivers/net/wireless drivers/net/ethernet drivers/net/can drivers/net/wwan; do
  options+=(--dpkgopt="path-exclude=/lib/modules/*/kernel/$useless/*" --dpkgopt="path-exclude=/usr/lib/modules/*/kernel/$useless/*")
done
proxy=$(apt-config shell proxy Acquire::http::Proxy 2>/dev/null | sed -n "s/^proxy='\(.*\)'$/\1/p" || true)
[ -n "$proxy" ] && options+=(--aptopt="Acquire::http::Proxy \"$proxy\"")
# A small initramfs: unpacking the usual one takes many seconds under emulation.
options+=(--essential-hook='mkdir -p "$1/etc/initramfs-tools/conf.d"; printf "MODULES=list\nCOMPRESS=lz4\n" > "$1/etc/initramfs-tools/conf.d/zz-lab"; printf "%s\n" virtio_pci virtio_blk virtio_net ext4 crc32c_generic > "$1/etc/initramfs-tools/modules"')
options+=(--customize-hook='echo root:lab | chroot "$1" chpasswd')
if [ "$LAB_BOOT" = grub2 ]; then
  # Asked by grub-pc while it is installed; answered before, since nobody is there.
  options+=(--essential-hook='printf "%s\n" "grub-pc grub-pc/install_devices_empty boolean true" "grub-pc grub-pc/install_devices multiselect" | chroot "$1" debconf-set-selections')
  options+=(--customize-hook='mkdir -p "$1/boot/grub/i386-pc"; cp "$1"/usr/lib/grub/i386-pc/*.mod "$1"/usr/lib/grub/i386-pc/*.lst "$1"/usr/lib/grub/i386-pc/boot.img "$1/boot/grub/i386-pc/"; chroot "$1" grub-mkimage -O i386-pc -p "(hd0,msdos1)/boot/grub" -o /boot/grub/i386-pc/core.img biosdisk part_msdos ext2')
else
  # Unpacked, not installed (boot-grub-legacy.sh says why).
  options+=(--customize-hook='mkdir "$1/grub-legacy" && cd "$1/grub-legacy" && APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" apt-get -qq -o APT::Sandbox::User=root download grub-legacy libc6-i386 && for package in *.deb; do dpkg -x "$package" .; done && rm ./*.deb')
fi

root=$out/root
if [ "$(id -u)" = 0 ]; then
  mmdebstrap --mode=root --format=directory "${options[@]}" "$LAB_SUITE" "$root" "${mirror[@]}"
  bash "$here/host-disk.sh" "$root" "$out"
else
  mmdebstrap --mode=unshare --format=tar "${options[@]}" "$LAB_SUITE" "$out/root.tar" "${mirror[@]}"
  # fakeroot remembers owners and device nodes for as long as it runs, so unpacking and mke2fs share one.
  fakeroot bash -euc 'mkdir "$1"; tar -C "$1" --numeric-owner -xpf "$2/root.tar"; rm "$2/root.tar"; bash "$3" "$1" "$2"' \
    host-image "$root" "$out" "$here/host-disk.sh"
fi
rm -rf "$root" "$sources"
