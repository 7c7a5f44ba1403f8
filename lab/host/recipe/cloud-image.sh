#!/bin/bash
# Makes a cloud image of Debian as the distribution does: a partition table, the distribution's kernel, the menu that its own update-grub
# writes, cloud-init, no key and no password of anybody:
#
#   LAB_SUITE=bookworm cloud-image.sh OUT      OUT/cloud.img.zst (raw, 1 GiB, packed by zstd), OUT/cloud.img.zst.sha256
#
# No loop device and no mount, like host-image.sh. What differs from the distribution's image: the console is Xen's, the initramfs has only
# Xen's drivers, and the kernel's arguments and the timers suit an emulated machine.
# It calls itself for what is done inside the tree (`files`) and with it (`disk`).
set -euo pipefail
export PATH="$PATH:/usr/sbin:/sbin" LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
# Of the file system; grub.cfg names it, so it is chosen before there is one.
uuid=6f1a0c7e-7d0a-4c5e-9a57-3c10d1a6e001

files() { # ROOT: as mmdebstrap's hook
  root=$1
  mkdir -p "$root/etc/default/grub.d"
  cat > "$root/etc/default/grub.d/10_cloud.cfg" <<X
GRUB_TIMEOUT=1
GRUB_DISTRIBUTOR=Debian
GRUB_CMDLINE_LINUX_DEFAULT=""
GRUB_CMDLINE_LINUX="console=hvc0 mitigations=off norandmaps"
X
  # The real update-grub; what it asks about the disk, which is not there yet, is answered for it.
  mv "$root/usr/sbin/grub-probe" "$root/usr/sbin/grub-probe.real"
  cat > "$root/usr/sbin/grub-probe" <<X
#!/bin/sh
case \$* in
  *--target=fs_uuid*) echo $uuid ;;
  *--target=fs*) echo ext2 ;;
  *--target=device*) echo /dev/xvda1 ;;
  *--target=partmap*) echo msdos ;;
  *--target=compatibility_hint* | *--target=hints_string*) echo hd0,msdos1 ;;
  *--target=abstraction*) : ;;
  *) exit 1 ;;
esac
X
  chmod 755 "$root/usr/sbin/grub-probe"
  mkdir -p "$root/boot/grub" "$root/dev/disk/by-uuid"
  : > "$root/dev/disk/by-uuid/$uuid"
  chroot "$root" update-grub
  rm -r "$root/dev/disk"
  mv -f "$root/usr/sbin/grub-probe.real" "$root/usr/sbin/grub-probe"
  grep -q "root=UUID=$uuid" "$root/boot/grub/grub.cfg"

  echo "UUID=$uuid / ext4 rw,discard,errors=remount-ro 0 1" > "$root/etc/fstab"
  echo localhost > "$root/etc/hostname"
  printf '127.0.0.1 localhost\n' > "$root/etc/hosts"
  : > "$root/etc/machine-id"
  rm -f "$root"/etc/ssh/ssh_host_* "$root"/var/lib/dbus/machine-id
  mkdir -p "$root/etc/systemd/system/multi-user.target.wants"
  ln -sf /lib/systemd/system/systemd-networkd.service "$root/etc/systemd/system/multi-user.target.wants/systemd-networkd.service"
  rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/*.bin
  for unit in apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer dpkg-db-backup.timer; do
    ln -sf /dev/null "$root/etc/systemd/system/$unit"
  done
}

disk() { # ROOT DISK: as root, or under fakeroot
  rm -f "$2"; truncate -s 1G "$2"
  echo 'start=2048, type=83, bootable' | sfdisk -q "$2"
  # Features that are off: those that pygrub of Debian 12 does not read, and that an older e2fsck does not know.
  features=^metadata_csum_seed
  case $(mke2fs -V 2>&1 | head -1) in "mke2fs 1.4"[0-6]*) ;; *) features=$features,^orphan_file ;; esac
  mke2fs -q -t ext4 -U "$uuid" -O "$features" -E offset=1048576,lazy_itable_init=1,lazy_journal_init=1 -d "$1" "$2" \
    $(( (1024 * 1024 * 1024 - 1048576) / 1024 ))k
}

case $1 in
  files) files "$2"; exit ;;
  disk) disk "$2" "$3"; exit ;;
esac

out=$1 root=$1/root
: "${LAB_SUITE:?}"
packages=apt,debian-archive-keyring,systemd-sysv,udev,dbus,kmod,linux-image-cloud-amd64,initramfs-tools,zstd,grub-pc
packages=$packages,cloud-init,locales,cloud-guest-utils,fdisk,openssh-server,sudo,netplan.io,systemd-resolved,iproute2,e2fsprogs,procps,less
sources=$out/debian.list
bash "$here/debian-sources.sh" "$LAB_SUITE" > "$sources"
mirror=()
[ -s "$sources" ] && mirror=("$sources")
options=(
  --variant=minbase --include="$packages"
  --keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Languages "none"' --aptopt='Acquire::Retries "3"'
  --dpkgopt=force-unsafe-io
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*'
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright'
  --essential-hook='mkdir -p "$1/etc/initramfs-tools/conf.d"; echo MODULES=list > "$1/etc/initramfs-tools/conf.d/xen"; printf "%s\n" xen-blkfront xen-netfront ext4 crc32c_generic > "$1/etc/initramfs-tools/modules"'
  # Asked by grub-pc while it is installed; answered before, since nobody is there.
  --essential-hook='printf "%s\n" "grub-pc grub-pc/install_devices_empty boolean true" "grub-pc grub-pc/install_devices multiselect" | chroot "$1" debconf-set-selections'
  --customize-hook="bash '$here/cloud-image.sh' files \"\$1\""
)
proxy=$(apt-config shell proxy Acquire::http::Proxy 2>/dev/null | sed -n "s/^proxy='\(.*\)'$/\1/p" || true)
[ -n "$proxy" ] && options+=(--aptopt="Acquire::http::Proxy \"$proxy\"")

if [ "$(id -u)" = 0 ]; then
  mmdebstrap --mode=root --format=directory "${options[@]}" "$LAB_SUITE" "$root" "${mirror[@]}"
  disk "$root" "$out/cloud.img"
else
  mmdebstrap --mode=unshare --format=tar "${options[@]}" "$LAB_SUITE" "$out/root.tar" "${mirror[@]}"
  fakeroot bash -euc 'mkdir "$1"; tar -C "$1" --numeric-owner -xpf "$2/root.tar"; rm "$2/root.tar"; bash "$3" disk "$1" "$2/cloud.img"' \
    cloud-image "$root" "$out" "$here/cloud-image.sh"
fi
rm -rf "$root" "$sources"
cd "$out"
# Packed, as images travel: 130 MB in place of 450, which an emulated host takes a minute to fetch and to sum.
zstd -q -T0 --rm cloud.img
sha256sum cloud.img.zst > cloud.img.zst.sha256
