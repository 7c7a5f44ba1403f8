#!/bin/bash
# host-disk.sh ROOT OUT: configures the tree ROOT (LAB_KIND, LAB_NETWORK, LAB_KEYS as in host-image.sh) and makes OUT/disk.raw of it.
# Runs as root, or under fakeroot.
set -euo pipefail
root=$1 out=$2
kernel=$(basename "$(ls -d "$root"/boot/vmlinuz-*)")
kernel=${kernel#vmlinuz-}
# norandmaps: QEMU keeps what it has translated by address. Where each process gets its libraries at addresses of its own, all
# of it is translated again for each process, and pages full of old translations are slow to write to (docs/lab.md, "What
# makes it fast").
emulation="mitigations=off norandmaps"
linux_arguments="root=/dev/vda1 ro net.ifnames=0 $emulation"
# spec-ctrl and xpti off: what they guard against cannot happen in emulation, and they cost a third of the speed.
xen_arguments="dom0_mem=1024M,max:1024M dom0_max_vcpus=2 com1=115200,8n1 console=com1 spec-ctrl=no xpti=no"

# --- identity and network. The name and the machine id are given to each clone after it is thawed (thaw.ts).
echo lab > "$root/etc/hostname"
printf '127.0.0.1 localhost\n127.0.1.1 lab\n' > "$root/etc/hosts"
head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n' > "$root/etc/machine-id"; echo >> "$root/etc/machine-id"
mkdir -p "$root/var/lib/dbus"; ln -sf /etc/machine-id "$root/var/lib/dbus/machine-id"
echo '/dev/vda1 / ext4 errors=remount-ro,noatime 0 1' > "$root/etc/fstab"
rm -f "$root/etc/resolv.conf"; echo 'nameserver 10.0.2.3' > "$root/etc/resolv.conf"
# All kinds leave eth0 as it is: a bridge over it is the product's to make.
printf 'auto lo\niface lo inet loopback\n' > "$root/etc/network/interfaces"
case $LAB_NETWORK in
  ifupdown) printf '\nauto eth0\niface eth0 inet static\n  address 10.0.2.15/24\n  gateway 10.0.2.2\n' >> "$root/etc/network/interfaces" ;;
  networkd | netplan)
    # By DHCP, as cloud images have it; QEMU's server gives the same address to the same card.
    if [ "$LAB_NETWORK" = netplan ]; then
      # As cloud-init writes it, with the card's address (qemu-arguments.ts).
      cat > "$root/etc/netplan/50-cloud-init.yaml" <<X
network:
    ethernets:
        eth0:
            dhcp4: true
            match:
                macaddress: 52:54:00:00:00:01
            set-name: eth0
    version: 2
X
      chmod 600 "$root/etc/netplan/50-cloud-init.yaml"
    else
      printf '[Match]\nName=eth0\n\n[Network]\nDHCP=ipv4\nIPv6AcceptRA=no\n' > "$root/etc/systemd/network/10-eth0.network"
    fi
    wanted=$root/etc/systemd/system
    mkdir -p "$wanted/multi-user.target.wants" "$wanted/sockets.target.wants"
    ln -sf /lib/systemd/system/systemd-networkd.service "$wanted/multi-user.target.wants/systemd-networkd.service"
    ln -sf /lib/systemd/system/systemd-networkd.socket "$wanted/sockets.target.wants/systemd-networkd.socket"
    ln -sf /lib/systemd/system/systemd-networkd.service "$wanted/dbus-org.freedesktop.network1.service"
    ln -sf /dev/null "$wanted/networking.service"
    ;;
  *) echo "host-disk.sh: LAB_NETWORK is \"$LAB_NETWORK\", must be ifupdown, networkd or netplan" >&2; exit 2 ;;
esac

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

# --- GRUB: defaults for update-grub in the running host, and a first grub.cfg by hand (update-grub needs a running disk)
mkdir -p "$root/etc/default/grub.d"
cat > "$root/etc/default/grub.d/lab.cfg" <<X
GRUB_TIMEOUT=1
GRUB_CMDLINE_LINUX_DEFAULT=""
GRUB_CMDLINE_LINUX="net.ifnames=0 $emulation console=ttyS0"
GRUB_TERMINAL="console serial"
X
printf '(hd0) /dev/vda\n' > "$root/boot/grub/device.map"
if [ "$LAB_KIND" = xen ]; then
  mkdir -p "$root/var/lib/xen/images"
  hypervisor=$(basename "$(ls "$root"/boot/xen-*-amd64.gz | head -1)")
  cat > "$root/etc/default/grub.d/xen-lab.cfg" <<X
GRUB_CMDLINE_XEN="$xen_arguments"
GRUB_CMDLINE_LINUX_XEN_REPLACE="net.ifnames=0 $emulation"
GRUB_CMDLINE_LINUX_XEN_REPLACE_DEFAULT="console=hvc0"
XEN_OVERRIDE_GRUB_DEFAULT=1
X
  cat > "$root/boot/grub/grub.cfg" <<X
set timeout=0
serial --unit=0 --speed=115200
terminal_output console serial
menuentry "Xen" {
  insmod gzio
  multiboot2 /boot/$hypervisor placeholder $xen_arguments
  module2 /boot/vmlinuz-$kernel placeholder $linux_arguments console=hvc0
  module2 --nounzip /boot/initrd.img-$kernel
}
X
else
  cat > "$root/boot/grub/grub.cfg" <<X
set timeout=0
serial --unit=0 --speed=115200
terminal_output console serial
menuentry "Debian" {
  linux /boot/vmlinuz-$kernel $linux_arguments console=ttyS0
  initrd /boot/initrd.img-$kernel
}
X
fi

# --- what the tiny guest is made of (guest-assets.sh): the same kernel, so that nothing more is downloaded
parts=$out/guest-parts
mkdir -p "$parts/modules"
cp "$root/boot/vmlinuz-$kernel" "$parts/vmlinuz"
cp "$root/bin/busybox" "$parts/busybox"
# The real mke2fs with its libraries: busybox's own writes every inode table, 45 s of an installation under emulation.
mkdir -p "$parts/mke2fs"
cp "$root/sbin/mke2fs" "$parts/mke2fs/"
libraries=$root/lib/x86_64-linux-gnu:$root/usr/lib/x86_64-linux-gnu
"$root/lib64/ld-linux-x86-64.so.2" --library-path "$libraries" --list "$root/sbin/mke2fs" |
  sed -n 's/.* => \(.*\) (0x.*/\1/p' | while read -r library; do cp -L "$library" "$parts/mke2fs/"; done
cp -L "$root/lib64/ld-linux-x86-64.so.2" "$parts/mke2fs/"
modules=$(ls -d "$root"/usr/lib/modules/"$kernel" "$root"/lib/modules/"$kernel" 2>/dev/null | head -1)
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

# --- disk: a partition table, one partition from 1 MiB on, GRUB's core in the gap before it
disk=$out/disk.raw
rm -f "$disk"; truncate -s 8G "$disk"
echo 'start=2048, type=83, bootable' | sfdisk -q "$disk"
# Feature metadata_csum_seed is off since Debian 12's GRUB does not read it.
mke2fs -q -t ext4 -O ^metadata_csum_seed -E offset=1048576,lazy_itable_init=1,lazy_journal_init=1 -d "$root" "$disk" \
  $(( (8 * 1024 * 1024 * 1024 - 1048576) / 1024 ))k
dd if="$root/boot/grub/i386-pc/boot.img" of="$disk" bs=440 count=1 conv=notrunc status=none
dd if="$root/boot/grub/i386-pc/core.img" of="$disk" bs=512 seek=1 conv=notrunc status=none
