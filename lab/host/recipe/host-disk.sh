#!/bin/bash
# host-disk.sh ROOT OUT: configures the tree ROOT (LAB_KIND, LAB_NETWORK, LAB_BOOT, LAB_KEYS as in host-image.sh) and makes
# OUT/disk.raw of it, with GRUB legacy OUT/boot.raw too.
# Runs as root, or under fakeroot.
set -euo pipefail
root=$1 out=$2
here=$(cd "$(dirname "$0")" && pwd)
disk=$out/disk.raw
kernel=$(basename "$(ls -d "$root"/boot/vmlinuz-*)")
kernel=${kernel#vmlinuz-}
# norandmaps: QEMU keeps what it has translated by address. Where each process gets its libraries at addresses of its own, all
# of it is translated again for each process, and pages full of old translations are slow to write to (docs/lab.md, "What
# makes it fast"). no_timer_check: on a machine with other work the emulated timer comes late, and Linux 6.1 gives up with "IO-APIC +
# timer does not work" (seen).
emulation="mitigations=off norandmaps no_timer_check"
linux_arguments="root=/dev/vda1 ro net.ifnames=0 $emulation"
# spec-ctrl and xpti off: what they guard against cannot happen in emulation, and they cost a third of the speed.
xen_arguments="dom0_mem=1024M,max:1024M dom0_max_vcpus=2 com1=115200,8n1 console=com1 spec-ctrl=no xpti=no"
export kernel emulation linux_arguments xen_arguments

# --- identity and network. The name and the machine id are given to each clone after it is thawed (thaw.ts).
echo lab > "$root/etc/hostname"
printf '127.0.0.1 localhost\n127.0.1.1 lab\n' > "$root/etc/hosts"
head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n' > "$root/etc/machine-id"; echo >> "$root/etc/machine-id"
mkdir -p "$root/var/lib/dbus"; ln -sf /etc/machine-id "$root/var/lib/dbus/machine-id"
echo '/dev/vda1 / ext4 errors=remount-ro,noatime 0 1' > "$root/etc/fstab"
bash "$here/host-network.sh" "$root"

# --- login: by the lab's key; the hosts hold it too, so that one can log in to another (xl migrate).
mkdir -p -m 700 "$root/root/.ssh"
cp "$LAB_KEYS/id_ed25519.pub" "$root/root/.ssh/authorized_keys"
install -m 600 "$LAB_KEYS/id_ed25519" "$root/root/.ssh/id_ed25519"
printf 'Host 10.*\n  StrictHostKeyChecking no\n  UserKnownHostsFile /dev/null\n  LogLevel ERROR\n' > "$root/root/.ssh/config"
install -m 600 "$LAB_KEYS/host_ed25519" "$root/etc/ssh/ssh_host_ed25519_key"
install -m 644 "$LAB_KEYS/host_ed25519.pub" "$root/etc/ssh/ssh_host_ed25519_key.pub"
printf 'PermitRootLogin yes\nUseDNS no\nGSSAPIAuthentication no\n' > "$root/etc/ssh/sshd_config.d/lab.conf"

# --- calm: nothing may start by itself in the middle of a test
for unit in apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer \
  dpkg-db-backup.timer man-db.timer systemd-random-seed.service lvm2-monitor.service; do
  ln -sf /dev/null "$root/etc/systemd/system/$unit"
done
# A proxy on this machine's loopback has another address as seen from inside.
sed -i -E 's#//(127\.0\.0\.1|localhost)([:/])#//10.0.2.2\2#' "$root"/etc/apt/apt.conf.d/99mmdebstrap 2>/dev/null || true

[ "$LAB_KIND" != xen ] || mkdir -p "$root/var/lib/xen/images"
[ "$LAB_STORAGE" != yes ] || bash "$here/host-storage.sh" files "$root" # storage
bash "$here/boot-$LAB_BOOT.sh" files "$root" "$disk"

# --- what the tiny guest is made of (guest-assets.sh): the same kernel, so that nothing more is downloaded
parts=$out/guest-parts
mkdir -p "$parts/modules"
cp "$root/boot/vmlinuz-$kernel" "$parts/vmlinuz"
cp "$root/bin/busybox" "$parts/busybox"
# The real mke2fs with its libraries: busybox's own writes every inode table, 45 s of an installation under emulation.
mkdir -p "$parts/mke2fs"
cp "$root/sbin/mke2fs" "$parts/mke2fs/"
libraries=$root/lib/x86_64-linux-gnu:$root/usr/lib/x86_64-linux-gnu
# Not by its name in lib64: in Debian 11 that leads out of the tree.
loader=$root/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2
"$loader" --library-path "$libraries" --list "$root/sbin/mke2fs" |
  sed -n 's/.* => \(.*\) (0x.*/\1/p' | while read -r library; do cp -L "$library" "$parts/mke2fs/"; done
cp -L "$loader" "$parts/mke2fs/"
modules=$root/lib/modules/$kernel
number=10
for module in lib/crc16 crypto/crc32c_generic fs/mbcache fs/jbd2/jbd2 fs/ext4/ext4 drivers/block/xen-blkfront drivers/net/xen-netfront; do
  name=$(basename "$module")
  # Named in loading order. Debian 13 compresses modules; busybox's insmod wants them plain.
  if [ -f "$modules/kernel/$module.ko" ]; then cp "$modules/kernel/$module.ko" "$parts/modules/$number-$name.ko"
  elif [ -f "$modules/kernel/$module.ko.xz" ]; then xz -dc "$modules/kernel/$module.ko.xz" > "$parts/modules/$number-$name.ko"
  elif ! grep -q "/$name\.ko$" "$modules/modules.builtin"; then echo "host-disk.sh: no kernel module $module" >&2; exit 1
  fi
  number=$((number + 1))
done

# --- disk: a partition table, one partition from 1 MiB on, a gap before it for GRUB
# GRUB legacy takes /boot out of the tree, for a disk of its own; GRUB 2 needs the disk to be there.
[ "$LAB_BOOT" != grub-legacy ] || bash "$here/boot-$LAB_BOOT.sh" disk "$root" "$disk"
rm -f "$disk"; truncate -s 8G "$disk"
echo 'start=2048, type=83, bootable' | sfdisk -q "$disk"
# Features that are off: metadata_csum_seed, which Debian 12's GRUB does not read, and orphan_file, which Debian 11's e2fsck does not
# know (nor does an mke2fs before 1.47).
features=^metadata_csum_seed
case $(mke2fs -V 2>&1 | head -1) in "mke2fs 1.4"[0-6]*) ;; *) features=$features,^orphan_file ;; esac
mke2fs -q -t ext4 -O "$features" -E offset=1048576,lazy_itable_init=1,lazy_journal_init=1 -d "$root" "$disk" \
  $(( (8 * 1024 * 1024 * 1024 - 1048576) / 1024 ))k
[ "$LAB_BOOT" != grub2 ] || bash "$here/boot-$LAB_BOOT.sh" disk "$root" "$disk"
