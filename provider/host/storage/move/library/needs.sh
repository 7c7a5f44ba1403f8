# shellcheck shell=sh
# Ends the step where the copy cannot be made: something is lost with it, a program is missing, or the file system has no room. A file
# system that is full for a while gives errors to the guests of all the other images in it. Nothing was copied yet.
if [ "$mv_was" != "$mv_becomes" ] && ! command -v qemu-img >/dev/null 2>&1; then
  die "qemu-img, which converts the image, is missing on the host. Install the package qemu-utils."
fi
mv_at() { od -An -v -tx1 -j "$1" -N "$2" "$mv_from" | tr -d ' \n'; }
if [ "$mv_was" = qcow2 ]; then
  # qemu's docs/interop/qcow2: backing file, encryption, snapshots, data in another file (an incompatible feature of version 3).
  mv_others=no
  # A copy of it shares the same image, where the name of that says which one from anywhere.
  if [ "$(mv_at 8 8)" != 0000000000000000 ]; then
    mv_base=$(qcow2_backing "$mv_from")
    case $mv_was:$mv_becomes:${mv_base#*"	"} in qcow2:qcow2:/*) ;; *) mv_others=yes ;; esac
  fi
  if [ "$(mv_at 4 4)" = 00000003 ] && [ "$((0x$(mv_at 79 1) & 4))" != 0 ]; then mv_others=yes; fi
  [ "$mv_others" = no ] ||
    die "$mv_from needs another file (a backing file, or its data), so it is not copied. Make it stand alone first (qemu-img rebase -b '', or qemu-img convert), and run again."
  [ "$(mv_at 32 4)" = 00000000 ] || die "$mv_from is encrypted, so it is not copied. Decrypt it first (qemu-img convert), and run again."
  if [ "$mv_was" != "$mv_becomes" ] && [ "$(mv_at 60 4)" != 00000000 ]; then
    die "$mv_from has snapshots (qemu-img snapshot -l), which a conversion would lose. Delete them first (qemu-img snapshot -d), or keep the format."
  fi
fi
mv_snapshots=$("${mv_from_thing}_snapshots" "$mv_from")
[ -z "$mv_snapshots" ] ||
  die "$mv_from has a snapshot ($mv_snapshots), which cannot go with it. Remove the snapshot first (lvremove), or keep the volume in its group."
if [ "$mv_to_thing" = file ]; then
  if [ "$mv_from_thing" = volume ] || [ -n "$mv_laid" ]; then mv_takes=$mv_bytes
  elif [ "$mv_was" = "$mv_becomes" ]; then
    # The cp of busybox writes holes as zeros.
    mv_takes=$(stat -L -c %s "$mv_from")
    mv_probe=$(mktemp)
    if cp --sparse=always /dev/null "$mv_probe" 2>/dev/null; then mv_takes=$(($(stat -L -c '%b * %B' "$mv_from"))); fi
    rm -f "$mv_probe"
  else mv_takes=$(qemu-img measure -f "$mv_was" -O qcow2 "$mv_from" 2>/dev/null | awk '$1 == "required" { print $3 }'); fi
  mv_room=$(df -Pk "$(dirname "$mv_to")" | tail -n 1 | awk '{ print $4 }')
  [ "$((mv_room * 1024))" -gt "$((${mv_takes:-$mv_bytes} + 67108864))" ] ||
    die "$(dirname "$mv_to") has $((mv_room / 1024)) MiB free, and a copy of $mv_from takes up to $(((${mv_takes:-$mv_bytes} + 1048575) / 1048576)) MiB, with 64 MiB to spare. Free some space, or choose another path."
fi
