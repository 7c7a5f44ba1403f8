# shellcheck shell=sh
# Says what there is of extlinux on this host, where it is what boots it: extlinux.conf, extlinux.entries (ours), extlinux.once,
# extlinux.overwrite (whether update-extlinux may change the menu), extlinux.on (what its folder lies on, where it cannot write there safely).
# extlinux-functions.sh comes before. It boots by BIOS; GRUB's core beside it means that one of the two is a leftover.
if [ ! -d /sys/firmware/efi ] && [ -f "$loader" ] && [ -f "$conf" ] && [ ! -e /boot/grub/i386-pc/core.img ] &&
  command -v extlinux >/dev/null 2>&1 && command -v update-extlinux >/dev/null 2>&1; then
  say extlinux yes
  say_file extlinux.conf "$conf"
  say_file extlinux.entries "$entries"
  say_cmd extlinux.once boot_once
  overwrite=
  # As a shell reads it: what is said last counts.
  if [ -f /etc/update-extlinux.conf ]; then overwrite=$(sed -n "s/^[[:space:]]*overwrite=[\"']\{0,1\}\([^\"' #]*\).*/\1/p" /etc/update-extlinux.conf | tail -n 1); fi
  say extlinux.overwrite "$overwrite"
  place=
  # Later mounts lie over earlier ones.
  while read -r source mount type rest; do
    case $mount in
      / | /boot)
        case $source:$type in
          /dev/md*) place=md ;;
          /dev/dm-* | /dev/mapper/*) place=lvm ;;
          *:ext2 | *:ext3 | *:ext4) place= ;;
          *) place=$type ;;
        esac ;;
    esac
  done </proc/mounts
  say extlinux.on "$place"
else say extlinux no
fi
