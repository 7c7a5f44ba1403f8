#!/bin/bash
# Makes all a tiny guest needs: guest-assets.sh PARTS OUT
#   OUT/vmlinuz, OUT/initrd.gz   the "installer": boots from kernel and ramdisk, fills a disk and reboots
#   OUT/rootfs.tgz               what it fills the disk with: a busybox guest that serves one page over HTTP
#   OUT/guest.img                a disk as the installer leaves it (sparse, 256 MiB), for tests that need no installation
# PARTS is what host-disk.sh left: vmlinuz, busybox, modules/NN-NAME.ko in loading order. No root, no mount.
set -euo pipefail
export PATH="$PATH:/usr/sbin:/sbin" LC_ALL=C
parts=$1 out=$2
mkdir -p "$out"
work=$(mktemp -d "${TMPDIR:-/tmp}/pulumi-xen-guest.XXXXXX")
trap 'rm -rf "$work"' EXIT

applets="sh mount umount mkdir ls cat cut echo sleep insmod ip ifconfig route udhcpc wget tar gzip gunzip fdisk mkfs.ext2 mke2fs
  blockdev mknod switch_root reboot poweroff sync dmesg grep sed head tail hostname date httpd nc ln cp mv rm df free uname sysctl
  stty setsid cttyhack tr"

tree() { # FOLDER: the parts common to the installer, the guest's initramfs and the guest
  mkdir -p "$1"/{bin,sbin,dev,proc,sys,mnt,etc,lib/modules,usr/share/udhcpc,tmp}
  cp "$parts/busybox" "$1/bin/busybox"
  for applet in $applets; do ln -sf busybox "$1/bin/$applet"; done
  cp "$parts"/modules/*.ko "$1/lib/modules/"
}
archive() { # FOLDER FILE
  (cd "$1" && find . | cpio -o -H newc --quiet -R 0:0) | gzip -n -6 > "$2"
}

# --- the guest's own initramfs: load drivers, mount the root file system, go on there
tree "$work/initramfs"
cat > "$work/initramfs/init" <<'X'
#!/bin/sh
export PATH=/bin:/sbin
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
for m in /lib/modules/*.ko; do insmod $m; done
root=/dev/xvda1; for a in $(cat /proc/cmdline); do case $a in root=*) root=${a#root=};; esac; done
i=0; while [ ! -b $root ] && [ $i -lt 200 ]; do sleep 0.1; i=$((i+1)); done
mount -t ext4 $root /mnt || { echo "GUEST FAILED: cannot mount $root"; exec sh; }
mount --move /dev /mnt/dev; umount /proc /sys
exec switch_root /mnt /sbin/init
X
chmod +x "$work/initramfs/init"
archive "$work/initramfs" "$work/guest-initrd.gz"

# --- the guest
guest=$work/guest
tree "$guest"; mkdir -p "$guest"/{boot/grub,root,var/log,run,www}
cp "$parts/vmlinuz" "$guest/boot/vmlinuz"; cp "$work/guest-initrd.gz" "$guest/boot/initrd.img"
cat > "$guest/boot/grub/grub.cfg" <<'X'
set default=0
set timeout=1
menuentry 'Lab guest' {
	linux /boot/vmlinuz root=/dev/xvda1 ro console=hvc0
	initrd /boot/initrd.img
}
X
# The kernel calls /sbin/poweroff for `xl shutdown`; without it a shutdown would wait for ever.
for name in init poweroff reboot halt; do ln -sf ../bin/busybox "$guest/sbin/$name"; done
cat > "$guest/etc/inittab" <<'X'
::sysinit:/etc/rc
hvc0::respawn:/bin/sh -c 'echo; echo "lab guest ready: $(cat /etc/hostname) $(cat /run/ip)"; exec /bin/sh'
::ctrlaltdel:/bin/reboot
::shutdown:/bin/sh -c 'echo "lab guest going down"; /bin/sync; /bin/umount -a -r'
X
cat > "$guest/etc/rc" <<'X'
#!/bin/sh
export PATH=/bin:/sbin
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t tmpfs run /run; mount -o remount,rw /
mkdir -p /dev/pts; mount -t devpts devpts /dev/pts
# Of many guests from one image each is another one: its name comes from the disk that cloud-init would read (xvdp), its machine id is made
# at its first boot.
if [ -d /sys/bus/xen/devices/vbd-51952 ]; then
  i=0; while [ ! -b /dev/xvdp ] && [ $i -lt 100 ]; do sleep 0.1; i=$((i+1)); done
  tr '\0' '\n' < /dev/xvdp | sed -n 's/^local-hostname: *"*\([a-z0-9-]*\).*/\1/p' > /run/hostname
  [ -s /run/hostname ] && cat /run/hostname > /etc/hostname
fi
[ -s /etc/machine-id ] || cat /proc/sys/kernel/random/uuid > /etc/machine-id
hostname "$(cat /etc/hostname)"
ip=; gw=; for a in $(cat /proc/cmdline); do case $a in labip=*) ip=${a#labip=};; labgw=*) gw=${a#labgw=};; esac; done
[ -z "$ip" ] && [ -f /etc/labip ] && ip=$(cat /etc/labip)
ip link set lo up; ip link set eth0 up 2>/dev/null
[ -n "$ip" ] && ip addr add $ip dev eth0; [ -n "$gw" ] && ip route add default via $gw
echo "$ip" > /run/ip
echo "hello from $(cat /etc/hostname) kernel $(uname -r) ip $ip" > /www/index.html
httpd -p 80 -h /www
echo "lab guest up after $(cut -d' ' -f1 /proc/uptime) s"
X
chmod +x "$guest/etc/rc"; echo guest1 > "$guest/etc/hostname"; echo 10.0.2.51/24 > "$guest/etc/labip"
echo 'root::0:0:root:/root:/bin/sh' > "$guest/etc/passwd"
mkdir -p "$guest/www/cgi-bin"
cat > "$guest/www/cgi-bin/state" <<'X'
#!/bin/sh
# What the guest sees of its machine, for tests that change the machine while the guest runs.
printf 'Content-Type: text/plain\r\n\r\n'
echo "boot $(cat /proc/sys/kernel/random/boot_id)"
echo "name $(hostname)"
echo "machine $(cat /etc/machine-id)"
for path in /sys/class/block/*; do echo "disk ${path##*/} $(cat $path/size)"; done
for path in /sys/class/net/*; do echo "link ${path##*/} $(cat $path/address)"; done
X
chmod +x "$guest/www/cgi-bin/state"
tar -C "$guest" --owner=0 --group=0 -czf "$out/rootfs.tgz" .
truncate -s 256M "$work/guest.img"; echo 'start=2048, type=83, bootable' | sfdisk -q "$work/guest.img"
mke2fs -q -t ext4 -E offset=1048576,root_owner=0:0 -d "$guest" "$work/guest.img" $(( (256 * 1048576 - 1048576) / 1024 ))k
cp --sparse=always "$work/guest.img" "$out/guest.img"

# --- the installer
tree "$work/installer"
mkdir -p "$work/installer/mke2fs"; cp "$parts"/mke2fs/* "$work/installer/mke2fs/"
cat > "$work/installer/init" <<'X'
#!/bin/sh
# Kernel arguments: ks=URL of a shell fragment with DISK, ROOTFS, NAME, GIP, ACTION (reboot or poweroff; default reboot);
# labip=ADDRESS/BITS and labgw=ADDRESS for the installer's own network.
export PATH=/bin:/sbin
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
for m in /lib/modules/*.ko; do insmod $m; done
for a in $(cat /proc/cmdline); do case $a in ks=*) KS=${a#ks=};; labip=*) IP=${a#labip=};; labgw=*) GW=${a#labgw=};; esac; done
step() { echo "INSTALLER $(cut -d' ' -f1 /proc/uptime) $*"; }
fail() { step "FAILED: $*"; sleep 1; poweroff -f; }
step start
ip link set lo up; i=0; while ! ip link set eth0 up 2>/dev/null; do sleep 0.1; i=$((i+1)); [ $i -gt 100 ] && fail no eth0; done
[ -n "$IP" ] && ip addr add $IP dev eth0; [ -n "$GW" ] && ip route add default via $GW
i=0; until wget -q -O /tmp/ks $KS; do i=$((i+1)); [ $i -gt 20 ] && fail cannot fetch $KS; sleep 1; done
. /tmp/ks; step "got $KS: disk=$DISK rootfs=$ROOTFS"
i=0; while [ ! -b $DISK ]; do sleep 0.1; i=$((i+1)); [ $i -gt 100 ] && fail no disk $DISK; done
printf 'o\nn\np\n1\n2048\n\na\n1\nw\n' | fdisk -u $DISK >/tmp/fdisk.log 2>&1; blockdev --rereadpt $DISK 2>/dev/null
i=0; while [ ! -b ${DISK}1 ]; do sleep 0.1; i=$((i+1)); [ $i -gt 100 ] && fail no partition; done
step partitioned
# Features off that pygrub's own reader of Debian 12 does not know; nor does Debian 11's mke2fs (1.46) the second one.
e="/mke2fs/ld-linux-x86-64.so.2 --library-path /mke2fs /mke2fs/mke2fs"
off=^metadata_csum_seed; $e -V 2>&1 | grep -q '^mke2fs 1\.4[0-6]' || off=$off,^orphan_file
$e -q -F -t ext4 -O $off \
  -E lazy_itable_init=1,lazy_journal_init=1,nodiscard -J size=4 ${DISK}1 >/tmp/mke2fs.log 2>&1 || { cat /tmp/mke2fs.log; fail mkfs; }
step formatted
mount -t ext4 ${DISK}1 /mnt || fail mount
wget -q -O - $ROOTFS | tar -xz -C /mnt || fail rootfs $ROOTFS
[ -x /mnt/etc/rc ] || fail "rootfs $ROOTFS is not whole"
step unpacked; [ -n "$NAME" ] && echo $NAME > /mnt/etc/hostname; [ -n "$GIP" ] && echo $GIP > /mnt/etc/labip
umount /mnt || fail umount; sync; step "done, action=${ACTION:-reboot}"
sleep 1; ${ACTION:-reboot} -f
X
chmod +x "$work/installer/init"
archive "$work/installer" "$out/initrd.gz"
cp "$parts/vmlinuz" "$out/vmlinuz"
