# shellcheck shell=sh
# Says as grub-legacy.on what GRUB's folder lies on, where GRUB legacy cannot write there safely: half of a mirror, a volume, or a
# file system that it only reads.
place=
# Later mounts lie over earlier ones.
while read -r source mount type rest; do
  case $mount in
    / | /boot | /boot/grub)
      case $source:$type in
        /dev/md*) place=md ;;
        /dev/dm-* | /dev/mapper/*) place=lvm ;;
        *:ext2 | *:ext3 | *:ext4) place= ;;
        *) place=$type ;;
      esac ;;
  esac
done </proc/mounts
if [ -n "$place" ]; then say grub-legacy.on "$place"; fi
