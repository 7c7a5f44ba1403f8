#!/bin/bash
# boot-grub2.sh files|disk ROOT DISK: GRUB 2 in the tree ROOT, and in the gap before DISK's first partition. host-disk.sh gives
# kernel, emulation, linux_arguments, xen_arguments and LAB_KIND.
set -euo pipefail
root=$2 disk=$3
: "${LAB_KIND:?}" "${kernel:?}" "${emulation:?}" "${linux_arguments:?}" "${xen_arguments:?}"

# Defaults for update-grub in the running host, and a first grub.cfg by hand (update-grub needs a running disk).
write_files() {
  mkdir -p "$root/etc/default/grub.d"
  cat > "$root/etc/default/grub.d/lab.cfg" <<Y
GRUB_TIMEOUT=1
GRUB_CMDLINE_LINUX_DEFAULT=""
GRUB_CMDLINE_LINUX="net.ifnames=0 $emulation console=ttyS0"
GRUB_TERMINAL="console serial"
Y
  printf '(hd0) /dev/vda\n' > "$root/boot/grub/device.map"
  if [ "$LAB_KIND" = xen ]; then
    hypervisor=$(basename "$(ls "$root"/boot/xen-*-amd64.gz | head -1)")
    cat > "$root/etc/default/grub.d/xen-lab.cfg" <<Y
GRUB_CMDLINE_XEN="$xen_arguments"
GRUB_CMDLINE_LINUX_XEN_REPLACE="net.ifnames=0 $emulation"
GRUB_CMDLINE_LINUX_XEN_REPLACE_DEFAULT="console=hvc0"
XEN_OVERRIDE_GRUB_DEFAULT=1
Y
    cat > "$root/boot/grub/grub.cfg" <<Y
set timeout=0
serial --unit=0 --speed=115200
terminal_output console serial
menuentry "Xen" {
  insmod gzio
  multiboot2 /boot/$hypervisor placeholder $xen_arguments
  module2 /boot/vmlinuz-$kernel placeholder $linux_arguments console=hvc0
  module2 --nounzip /boot/initrd.img-$kernel
}
Y
  else
    cat > "$root/boot/grub/grub.cfg" <<Y
set timeout=0
serial --unit=0 --speed=115200
terminal_output console serial
menuentry "Debian" {
  linux /boot/vmlinuz-$kernel $linux_arguments console=ttyS0
  initrd /boot/initrd.img-$kernel
}
Y
  fi
}

case $1 in
  files) write_files ;;
  disk)
    dd if="$root/boot/grub/i386-pc/boot.img" of="$disk" bs=440 count=1 conv=notrunc status=none
    dd if="$root/boot/grub/i386-pc/core.img" of="$disk" bs=512 seek=1 conv=notrunc status=none
    ;;
esac
