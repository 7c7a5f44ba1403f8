#!/bin/sh
# The first process of the ramdisk: installs Debian by debootstrap on the first disk, unattended, and reboots.
# Kernel arguments: answers=URL of a shell fragment with SUITE, TREE, PACKAGES, NAME, ADDRESS, GATEWAY, KEY, ARGUMENTS (of its kernel) and AFTER;
#   labip=ADDRESS/BITS for the installer's own network.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev; mount -t tmpfs run /run
exec >/dev/console 2>&1
read -r up _ </proc/uptime
say() { read -r up _ </proc/uptime; echo "INSTALLER $up $*"; }
fail() { say "FAILED: $*"; sleep 2; echo o >/proc/sysrq-trigger; while :; do sleep 60; done; }
say start
for module in /modules/*; do insmod "$module" || say "no module $module"; done
for word in $(cat /proc/cmdline); do
  case $word in answers=*) answers=${word#answers=} ;; labip=*) address=${word#labip=} ;; esac
done
ip link set lo up
tries=0
until ip link set eth0 up 2>/dev/null; do tries=$((tries + 1)); [ $tries -lt 100 ] || fail no eth0; sleep 0.2; done
ip address add "$address" dev eth0
tries=0
until wget -q -O /run/answers "$answers"; do tries=$((tries + 1)); [ $tries -lt 30 ] || fail "cannot fetch $answers"; sleep 1; done
. /run/answers
say "answers are here: $NAME, $SUITE from $TREE"
echo 'start=2048, type=83, bootable' | sfdisk -q /dev/xvda || fail sfdisk
tries=0
until [ -b /dev/xvda1 ]; do tries=$((tries + 1)); [ $tries -lt 100 ] || fail no partition; sleep 0.1; done
# Features off that the pygrub of Xen 4.17 does not know.
mke2fs -q -F -t ext4 -O ^metadata_csum_seed,^orphan_file -E lazy_itable_init=1,lazy_journal_init=1,nodiscard /dev/xvda1 || fail mke2fs
mount -t ext4 -o noatime /dev/xvda1 /mnt || fail mount
say formatted
mkdir -p /mnt/etc/dpkg/dpkg.cfg.d /mnt/etc/initramfs-tools/conf.d /mnt/etc/default
printf '%s\n' force-unsafe-io 'path-exclude=/usr/share/man/*' 'path-exclude=/usr/share/locale/*' 'path-exclude=/usr/share/doc/*' >/mnt/etc/dpkg/dpkg.cfg.d/small
printf 'MODULES=list\nCOMPRESS=gzip\n' >/mnt/etc/initramfs-tools/conf.d/guest
printf '%s\n' xen-blkfront ext4 crc32c_generic >/mnt/etc/initramfs-tools/modules
# Without net.ifnames=0 udev calls the interface enX0 in the guest, and not here.
printf 'GRUB_TIMEOUT=1\nGRUB_CMDLINE_LINUX="net.ifnames=0 %s"\nGRUB_CMDLINE_LINUX_DEFAULT=""\nGRUB_DISABLE_OS_PROBER=true\n' "$ARGUMENTS" >/mnt/etc/default/grub
debootstrap --no-check-gpg --variant=minbase --include="$PACKAGES" "$SUITE" /mnt "$TREE" ||
  { tail -n 20 /mnt/debootstrap/debootstrap.log; fail debootstrap; }
say "debootstrap is done"
uuid=$(blkid -s UUID -o value /dev/xvda1)
echo "UUID=$uuid / ext4 errors=remount-ro,noatime 0 1" >/mnt/etc/fstab
echo "$NAME" >/mnt/etc/hostname
printf '127.0.0.1 localhost %s\n' "$NAME" >/mnt/etc/hosts
printf 'auto lo\niface lo inet loopback\nauto eth0\niface eth0 inet static\n  address %s\n  gateway %s\n' "$ADDRESS" "$GATEWAY" >/mnt/etc/network/interfaces
mkdir -p -m 700 /mnt/root/.ssh && echo "$KEY" >/mnt/root/.ssh/authorized_keys
for folder in dev proc sys; do mount --rbind /$folder /mnt/$folder; done
mkdir -p /mnt/boot/grub
chroot /mnt update-grub || fail update-grub
say "the boot menu is written"
for folder in dev proc sys; do umount -l /mnt/$folder; done
umount /mnt || fail umount
sync
say "done, $AFTER"
sleep 1
case $AFTER in poweroff) echo o ;; *) echo b ;; esac >/proc/sysrq-trigger
sleep 60
