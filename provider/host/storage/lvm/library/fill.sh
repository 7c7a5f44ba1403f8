# shellcheck shell=sh
# Writes the source into the new volume $new, where that reads as empty ($lv_is_empty); source.sh comes before. $lv_skips: may zeros be left out?
if [ "$lv_is_empty" = no ]; then : # it has all of its source
elif [ "$src_format" = qcow2 ]; then
  src_plain=$src_from
  if [ "$src_packed" != none ]; then src_plain=$src_brought.plain; src_unpack "$src_plain" "$src_room"; fi
  echo "the source is a qcow2 image: it is converted"
  pg_watch converting "$src_tmp/reader" "$(src_data "$src_plain")"
  # Into the device as it is (-n); the formats are said, so that nothing is probed.
  pg_read "$src_tmp/reader" qemu-img convert -n -f qcow2 -O raw "$src_plain" "$new"
  pg_unwatch
  rm -f "$src_brought.plain"
else
  echo "writing the source into $new"
  pg_watch writing "$src_tmp/reader" "$(src_size "$src_from")"
  if [ "$lv_skips" = yes ] && dd if=/dev/null of=/dev/null conv=sparse,notrunc 2>/dev/null; then
    src_content "$src_limit" | dd of="$new" bs=1048576 iflag=fullblock conv=sparse,notrunc 2>/dev/null
  else src_content "$src_limit" >"$new"
  fi
  pg_unwatch
  src_went_well
fi
src_unchanged
src_on_disk "$new"
blockdev --flushbufs "$new"
