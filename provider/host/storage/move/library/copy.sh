# shellcheck shell=sh
# Writes what the image $mv_from holds into the empty $new, and compares the whole. record.sh comes before. $mv_state is what the image was
# like before that.
mv_said_was=$mv_was mv_said_becomes=$mv_becomes
# A logical volume holds the bytes of a disk.
if [ "$mv_was" = lvm ]; then mv_said_was=raw; fi
if [ "$mv_becomes" = lvm ]; then mv_said_becomes=raw; fi
# What cp and qemu-img read is what is no hole.
if [ "$mv_from_thing" = volume ]; then mv_reads=$mv_bytes; else mv_reads=$(($(stat -L -c '%b * %B' "$mv_from"))); fi
if [ "$mv_was" != "$mv_becomes" ]; then
  echo "converting $mv_from ($mv_was) to $mv_to ($mv_becomes)"
  pg_watch converting "$mv_tmp/reader" "$mv_reads"
  # The formats are said, so that nothing is probed: what a raw image holds is no matter of this host.
  if [ "$mv_to_thing" = volume ]; then pg_read "$mv_tmp/reader" qemu-img convert -n -f "$mv_said_was" -O "$mv_said_becomes" "$mv_from" "$new"
  else pg_read "$mv_tmp/reader" qemu-img convert -f "$mv_said_was" -O "$mv_said_becomes" ${mv_options:+-o "$mv_options"} "$mv_from" "$new"; fi
elif [ "$mv_to_thing" = volume ]; then
  echo "copying $mv_from to $mv_to"
  pg_watch copying "$mv_tmp/reader" "$mv_reads"
  # It reads as zeros already.
  pg_read "$mv_tmp/reader" dd if="$mv_from" of="$new" bs=1048576 iflag=fullblock conv=sparse,notrunc 2>/dev/null ||
    pg_read "$mv_tmp/reader" cat "$mv_from" >"$new"
else
  echo "copying $mv_from to $mv_to"
  pg_watch copying "$mv_tmp/reader" "$mv_reads"
  pg_read "$mv_tmp/reader" cp --sparse=always "$mv_from" "$new" 2>/dev/null ||
    { pg_read "$mv_tmp/reader" cp "$mv_from" "$new"; fallocate -d "$new" 2>/dev/null || :; }
fi
pg_unwatch
if [ "$mv_to_thing" = file ] && [ -n "$mv_laid" ] && [ "$mv_was:$mv_becomes" != raw:qcow2 ] && [ "$mv_was:$mv_becomes" != lvm:qcow2 ]; then lay_out "$mv_laid" "$new"; fi
"${mv_to_thing}_on_disk" "$new"
echo "comparing $mv_to with $mv_from"
mv_rc=0
if [ "$mv_was" != "$mv_becomes" ]; then
  qemu-img compare -f "$mv_said_was" -F "$mv_said_becomes" "$mv_from" "$new" >"$mv_log" 2>&1 || mv_rc=$?
else
  # A volume may be longer, in whole extents.
  if [ "$mv_from_thing" = volume ]; then mv_size=$mv_bytes; else mv_size=$(stat -L -c %s "$mv_from"); fi
  head -c "$mv_size" "$new" | cmp "$mv_from" - >"$mv_log" 2>&1 || mv_rc=$?
fi
[ "$mv_rc" = 0 ] || die "The copy of $mv_from is not the same as it ($(tail -n 1 "$mv_log")), so it is removed and $mv_from stays. Look at the kernel's log for faults of the disks, and run again."
