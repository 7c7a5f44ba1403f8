# shellcheck shell=sh
# Makes the file $new of the source; source.sh and lay-out.sh come before. $src_laid is its preallocation.
src_end() {
  src_rc=$?
  rm -rf "$src_tmp" "$src_brought.plain"
  [ "$src_rc" = 0 ] || rm -f "$new"
}
trap src_end EXIT
rm -f "$new" "$src_brought.plain"
src_is_written=yes
# A qcow2 image is as its source has laid it out; for another layout it is written again.
if [ "$src_own" = qcow2 ] && [ "$src_laid" != off ]; then
  src_is_written=no
  case $src_laid in falloc|full) room_for "$(dirname "$new")" "$src_limit" "$new" ;; esac
fi
if [ "$src_format" = "$src_own" ] && [ "$src_is_written" = yes ]; then
  if [ "$src_packed" != none ] || [ ! -f "$src_from" ]; then src_unpack "$new" "$src_room"
  elif [ "$src_is_image" = yes ]; then
    # Without a byte written where the file system shares blocks, else without the holes.
    # Blocks that are shared are not the image's own yet.
    if [ "$src_laid" = off ] && cp --reflink=always "$src_from" "$new" 2>/dev/null; then echo "$src_from is shared, block by block, until one of the two is written to"
    else
      # A file system that is full for a while gives errors to the guests of all the other images in it.
      src_takes=$(src_data "$src_from")
      src_free=$(df -Pk "$(dirname "$new")" | tail -n 1 | awk '{ print $4 }')
      [ "$((src_free * 1024))" -gt "$((src_takes + 67108864))" ] ||
        die "$(dirname "$new") has $((src_free / 1024)) MiB free, and a copy of $src_from takes $((src_takes / 1048576)) MiB. Free some space, or choose another path."
      pg_watch copying "$src_tmp/reader" "$src_takes"
      pg_read "$src_tmp/reader" cp --sparse=always "$src_from" "$new" 2>/dev/null ||
        { pg_read "$src_tmp/reader" cp "$src_from" "$new"; fallocate -d "$new" 2>/dev/null || :; }
      pg_unwatch
    fi
  else
    mv -f "$src_from" "$new"
    [ "$src_own" != raw ] || fallocate -d "$new" 2>/dev/null || :
  fi
else
  src_plain=$src_from
  if [ "$src_packed" != none ]; then
    src_plain=$src_brought.plain
    src_unpack "$src_plain" "$src_room"
  fi
  [ "$src_format" = "$src_own" ] || echo "the source is a $src_format image: it is converted"
  if [ "$src_own" = qcow2 ]; then set -- -o "preallocation=$src_laid"; else set --; fi
  pg_watch converting "$src_tmp/reader" "$(src_data "$src_plain")"
  # The formats are said, so that nothing is probed: what a raw image holds is no matter of this host.
  pg_read "$src_tmp/reader" qemu-img convert -f "$src_format" -O "$src_own" "$@" "$src_plain" "$new"
  pg_unwatch
fi
src_unchanged
if [ "$src_own" = raw ]; then
  truncate -s "$src_limit" "$new"
  if [ "$src_laid" != off ]; then lay_out "$src_laid" "$new"; fi
else
  src_has=$((0x$(od -An -v -tx1 -j 24 -N 8 "$new" | tr -d ' \n')))
  [ "$src_has" = "$src_limit" ] || qemu-img resize -q --preallocation="$src_laid" -f qcow2 "$new" "$src_limit"
fi
# Before it has its name.
src_on_disk "$new"
