# shellcheck shell=sh
# Makes the volume of $image with $bytes under another name, marked by a tag, in the thin pool $pool where one is named; it reads as empty
# then, or as the thin volume $lv_origin (clone.sh). space.sh and begin.sh come before.
if [ -n "${lv_origin:-}" ]; then
  echo "$lv_group/$lv_origin is shared, block by block, until one of the two is written to"
  # A snapshot holds what is on the disk.
  blockdev --flushbufs "/dev/$lv_group/$lv_origin"
  # LVM activates no thin snapshot by itself, now or after a boot, unless that is said (-k n).
  lvcreate -y --addtag pulumi-xen -s -k n -a y -n "$lv_draft" "$lv_group/$lv_origin" </dev/null
  (lv_promise "$bytes") || { lvremove -f -y "$lv_group/$lv_draft" </dev/null; exit 1; }
  lv_await "/dev/$lv_group/$lv_draft"
  if [ "$(blockdev --getsize64 "/dev/$lv_group/$lv_draft")" -lt "$bytes" ]; then
    lvextend -L "${bytes}b" "$lv_group/$lv_draft" </dev/null
  fi
elif [ -n "$pool" ]; then
  lvcreate -y --addtag pulumi-xen -n "$lv_draft" -V "${bytes}b" -T "$lv_group/$pool" </dev/null
  # Now that others who make one in the same moment see it.
  (lv_promise "$bytes") || { lvremove -f -y "$lv_group/$lv_draft" </dev/null; exit 1; }
else
  lvcreate -y --addtag pulumi-xen -n "$lv_draft" -L "${bytes}b" "$lv_group" </dev/null
fi
new=/dev/$lv_group/$lv_draft
lv_await "$new"
size=$(blockdev --getsize64 "$new")
[ "$size" -ge "$bytes" ] || die "LVM made $new with $size bytes, less than the declared $bytes."
lv_skips=yes
lv_is_empty=yes
if [ -n "${lv_origin:-}" ]; then lv_is_empty=no
elif [ -z "$pool" ]; then
  # Extents are given out as they are: lvcreate wipes the marks that it knows and 4 KiB, and the rest is what another guest has left there.
  echo "writing zeros over $((size / 1048576)) MiB, so that nothing of a former volume is in it"
  blkdiscard -z "$new" 2>/dev/null || head -c "$size" /dev/zero >"$new"
  blockdev --flushbufs "$new"
else
  case $(lv_field "$pool" 5) in
    ???????z*) ;;
    *) lv_skips=no
      echo "note: the thin pool $lv_group/$pool does not zero what it gives out, so the guest may read what others have left there (lvchange -Z y $lv_group/$pool)" ;;
  esac
fi
if [ "$lv_is_empty" = yes ]; then
  for at in 0 $((size / 1048576 - 1)); do
    [ "$(dd if="$new" bs=1048576 skip="$at" count=1 2>/dev/null | tr -d '\0' | wc -c)" -eq 0 ] || die "$new is not empty after it was zeroed."
  done
fi
