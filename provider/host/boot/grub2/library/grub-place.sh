# shellcheck shell=sh
# Says what GRUB's environment block, $env_block (say-grub-menu.sh comes before), lies on: grub2.fs, and grub2.on where that may be more than a partition.
#
# A partition of a disk has nothing below its file system that GRUB would call an abstraction; only of anything else is
# grub-probe asked, which takes a second in the lab. (Partitions of md devices and loops have such a file as well.)
device= is_plain=
# Later mounts lie over earlier ones.
while read -r source mount type rest; do
  case $env_block in "${mount%/}"/*) device=${source#/dev/} filesystem=$type ;; esac
done </proc/mounts
case $device in
  md* | loop* | dm-* | */*) ;;
  *) if [ -e "/sys/class/block/$device/partition" ]; then is_plain=yes; fi ;;
esac
if [ -n "$is_plain" ]; then say grub2.fs "$filesystem"
else
  say_cmd grub2.on "${grub_tools}probe" --target=abstraction "${env_block%/*}"
  say_cmd grub2.fs "${grub_tools}probe" --target=fs "${env_block%/*}"
fi
