# shellcheck shell=sh
# Makes the volume of $image with $bytes, in the thin pool $pool where one is named; $mark is the folder of its claim. volumes.sh comes before.
# It is made under another name, marked by a tag, and takes its own when it reads as empty and its uuid is written down.
made=$mark/made
lv_seen=$(lv_volumes)
lv_has=$(lv_field "$lv_name" 1)
if [ -n "$lv_has" ]; then
  if [ "$lv_has" = "$(cat "$made" 2>/dev/null)" ]; then echo "$image is there"; exit 0; fi
  die "$image was made by somebody else a moment ago, so it is left alone. Set adopt: true to take it over with all it holds, or choose another path."
fi
lv_left=$(lv_field "$lv_draft" 8)
if [ -n "$(lv_field "$lv_draft" 1)" ]; then
  case ,$lv_left, in
    *,pulumi-xen,*) lvremove -f -y "$lv_group/$lv_draft" </dev/null ;;
    *) die "The volume $lv_group/$lv_draft is in the way, and pulumi-xen did not make it. Rename or remove it, or choose another path." ;;
  esac
fi
if [ -n "$pool" ]; then
  lvcreate -y --addtag pulumi-xen -n "$lv_draft" -V "${bytes}b" -T "$lv_group/$pool" </dev/null
else
  lvcreate -y --addtag pulumi-xen -n "$lv_draft" -L "${bytes}b" "$lv_group" </dev/null
fi
new=/dev/$lv_group/$lv_draft tries=0
until [ -b "$new" ]; do
  tries=$((tries + 1)); [ "$tries" -le 100 ] || die "$new did not appear after it was made."
  sleep 0.1
done
size=$(blockdev --getsize64 "$new")
[ "$size" -ge "$bytes" ] || die "LVM made $new with $size bytes, less than the declared $bytes."
if [ -z "$pool" ]; then
  # Extents are given out as they are: lvcreate wipes the marks that it knows and 4 KiB, and the rest is what another guest has left there.
  echo "writing zeros over $((size / 1048576)) MiB, so that nothing of a former volume is in it"
  blkdiscard -z "$new" 2>/dev/null || head -c "$size" /dev/zero >"$new"
  blockdev --flushbufs "$new"
else
  case $(lv_field "$pool" 5) in
    ???????z*) ;;
    *) echo "note: the thin pool $lv_group/$pool does not zero what it gives out, so the guest may read what others have left there (lvchange -Z y $lv_group/$pool)" ;;
  esac
fi
for at in 0 $((size / 1048576 - 1)); do
  [ "$(dd if="$new" bs=1048576 skip="$at" count=1 2>/dev/null | tr -d '\0' | wc -c)" -eq 0 ] || die "$new is not empty after it was zeroed."
done
lv_seen=$(lv_volumes)
lv_uuid=$(lv_field "$lv_draft" 1)
[ -n "$lv_uuid" ] || die "$lv_group/$lv_draft is gone, though it was just made."
printf '%s\n' "$bytes" >"$mark/asked.new"; mv -f "$mark/asked.new" "$mark/asked"
printf '%s\n' "$lv_uuid" >"$made.new"; mv -f "$made.new" "$made"
lv_field "$lv_draft" 2 >"$mark/group.new"; mv -f "$mark/group.new" "$mark/group"
printf 'empty\n' >"$mark/made-of.new"; mv -f "$mark/made-of.new" "$mark/made-of"
# LVM gives no name that a volume has already.
lvrename "$lv_group" "$lv_draft" "$lv_name" </dev/null || :
lv_seen=$(lv_volumes)
[ "$(lv_field "$lv_name" 1)" = "$lv_uuid" ] ||
  die "$image was made by somebody else a moment ago, so it is left alone. Set adopt: true to take it over with all it holds, or choose another path."
tries=0
until [ -b "$image" ]; do
  tries=$((tries + 1)); [ "$tries" -le 100 ] || die "$image did not appear after it was made."
  sleep 0.1
done
