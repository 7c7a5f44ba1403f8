#!/bin/bash
# boot-grub-legacy.sh files|disk ROOT DISK: GRUB legacy (0.97) and all of /boot on a disk of its own beside DISK, boot.raw, from which
# the firmware boots; the host finds it by its label. host-disk.sh gives kernel, linux_arguments, xen_arguments and LAB_KIND.
# host-image.sh has unpacked Debian's packages grub-legacy and libc6-i386 into ROOT/grub-legacy: nothing of them is installed, so that the
# host has no update-grub, and what is on the disk boots it, as on CentOS 6.
set -euo pipefail
root=$2 disk=$3
: "${LAB_KIND:?}" "${kernel:?}" "${linux_arguments:?}" "${xen_arguments:?}"
grub=$root/grub-legacy

write_files() {
  mkdir -p "$root/boot/grub"
  cp "$grub"/usr/lib/grub/x86_64-pc/{stage1,stage2,e2fs_stage1_5} "$root/boot/grub/"
  echo 'LABEL=boot /boot ext2 noatime 0 2' >> "$root/etc/fstab"
  # The firmware's first disk is this one.
  printf '(hd0) /dev/vdb\n(hd1) /dev/vda\n' > "$root/boot/grub/device.map"
  {
    # The menu on the serial line, and no question whether there is somebody.
    printf 'serial --unit=0 --speed=115200\nterminal --timeout=0 serial\n'
    printf 'default=0\nfallback=1\ntimeout=5\n'
    if [ "$LAB_KIND" = xen ]; then
      hypervisor=$(basename "$(ls "$root"/boot/xen-*-amd64.gz | head -1)")
      printf 'title Xen\n\troot (hd0,0)\n\tkernel /%s %s\n' "$hypervisor" "$xen_arguments"
      printf '\tmodule /vmlinuz-%s %s console=hvc0\n\tmodule /initrd.img-%s\n' "$kernel" "$linux_arguments" "$kernel"
    fi
    printf 'title Debian (%s)\n\troot (hd0,0)\n' "$kernel"
    printf '\tkernel /vmlinuz-%s %s console=ttyS0\n\tinitrd /initrd.img-%s\n' "$kernel" "$linux_arguments" "$kernel"
  } > "$root/boot/grub/grub.conf"
  ln -s grub.conf "$root/boot/grub/menu.lst"
  ln -s ../boot/grub/grub.conf "$root/etc/grub.conf"
  # "savedefault" writes the number of an entry into this file in its place, so it has to be there, and its length stays.
  {
    printf '0\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n'
    echo '# WARNING: If you want to edit this file directly, do not remove any line'
    echo '# from this file, including this warning. Using grub-set-default(8) is strongly'
    echo '# recommended.'
  } > "$root/boot/grub/default"
}

make_disk() {
  local boot
  boot=$(dirname "$disk")/boot.raw
  rm -f "$boot"; truncate -s 256M "$boot"
  echo 'start=63, type=83, bootable' | sfdisk -q "$boot"
  # ext2 and inodes of 128 bytes: what every GRUB legacy reads.
  mke2fs -q -t ext2 -I 128 -L boot -E offset=32256 -d "$root/boot" "$boot" $((256 * 1024 - 32))k
  # The 32-bit shell of GRUB, with its own libraries: this machine may have none. It says what went wrong, and ends with 0.
  printf 'device (hd0) %s\nroot (hd0,0)\nsetup (hd0)\nquit\n' "$boot" |
    "$grub/lib32/ld-linux.so.2" --library-path "$grub/lib32" "$grub/usr/sbin/grub" --batch --no-floppy --device-map=/dev/null \
      > "$root/grub-legacy/said" 2>&1
  if grep -q '^Error' "$root/grub-legacy/said" || ! grep -q '^Done' "$root/grub-legacy/said"; then
    cat "$root/grub-legacy/said" >&2
    echo 'boot-grub-legacy.sh: GRUB was not put into the boot sector' >&2
    exit 1
  fi
  find "$root/boot" -mindepth 1 -delete
  rm -rf "$grub"
}

case $1 in
  files) write_files ;;
  disk) make_disk ;;
esac
