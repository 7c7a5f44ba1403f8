# shellcheck shell=sh
# Functions over the source $src_from of an image (source.ts), and what it is: $src_packed, $src_format, $src_bytes (of the disk in it;
# empty where only unpacking tells). Ends the step where it is not what is declared. Set before: $src_given (compression, or empty),
# $src_own (raw or qcow2: what the image holds), $src_declared (its format), $src_converts (yes or no), $src_limit (its bytes);
# $src_brought, where we may write and remove; $src_from is another place where the source is an image of this host ($src_is_image).
# The format is read of a file whose sum was declared; of an image of this host, whose first bytes a guest may have written, it is said
# ($src_said). A qcow2 image is never opened before its head was looked at.
# In the job's folder, which goes with the job, however that ends.
src_tmp=$(mktemp -d "${JOB_FILES:-${TMPDIR:-/tmp}}/source.XXXXXX")
trap 'rm -rf "$src_tmp"' EXIT
src_hex() { od -An -v -tx1 | tr -d ' \n'; }
# A guest that writes to the source meanwhile would leave half of that in the copy. image-users.sh comes before.
src_users() {
  # Not in a pipe: there nobody sees that the host could not be asked.
  src_all=$(image_users "$src_from")
  src_used=$(printf '%s\n' "$src_all" | awk '($1 == "guest" && $2 != 0) || $1 == "loop"')
  [ -z "$src_used" ] || die "$src_from is in use ($src_used), so it is not copied. Shut that guest down first, and run again."
}
src_state() { if [ -f "$src_from" ]; then stat -L -c '%i %s %Y' "$src_from"; else echo device; fi; }
if [ "$src_is_image" = yes ]; then
  [ -f "$src_from" ] || [ -b "$src_from" ] || die "$src_from is not on the host any more, so nothing was made of it."
  src_users
  src_was=$(src_state)
fi
src_unchanged() {
  [ "$src_is_image" = yes ] || return 0
  src_users
  [ "$(src_state)" = "$src_was" ] || die "$src_from was changed while it was copied, so the copy was removed. Run again when nobody writes to it."
}
# gzip: RFC 1952; xz: its file format, 2.1.1.1; zstd: RFC 8878, also with a frame in front that is skipped (pzstd).
src_begin=$(head -c 6 "$src_from" | src_hex)
case $src_begin in
  1f8b*) src_packed=gz ;;
  fd377a585a00) src_packed=xz ;;
  28b52ffd*|5?2a4d18*) src_packed=zst ;;
  *) src_packed=none ;;
esac
case $src_given in
  ""|"$src_packed") ;;
  none) src_packed=none ;;
  *) die "The source is not compressed as compression says ($src_given); it begins with $src_begin. Correct compression, or leave it out." ;;
esac
case $src_packed in
  gz) src_tool=gzip src_package=gzip ;;
  xz) src_tool=xz src_package="xz-utils (Red Hat: xz)" ;;
  zst) src_tool=zstd src_package=zstd ;;
  *) src_tool='' ;;
esac
if [ -n "$src_tool" ] && ! command -v "$src_tool" >/dev/null 2>&1; then
  die "The source is compressed ($src_packed), and $src_tool is missing on the host. Install the package $src_package and run again; what was fetched stays."
fi
# What xz may take of dom0's memory; `xz -9` needs 65 MiB. The xz of busybox has no such option, and no --version.
src_cat() {
  case $src_packed in
    gz) set -- gzip -dc ;;
    xz) if xz --version >/dev/null 2>&1 </dev/null; then set -- xz -dc -M 256MiB; else set -- xz -dc; fi ;;
    zst) set -- zstd -q -dc ;;
    none) set -- cat ;;
  esac
  pg_read "$src_tmp/reader" "$@" <"$src_from"
}
# Of a file or device: all its bytes, and those that are no holes, which is what cp and qemu-img read.
src_size() { if [ -b "$1" ]; then blockdev --getsize64 "$1"; else stat -L -c %s "$1"; fi; }
src_data() { if [ -b "$1" ]; then blockdev --getsize64 "$1"; else echo "$(($(stat -L -c '%b * %B' "$1")))"; fi; }
# At most $1 bytes of the content; whether the program failed says src_went_well.
src_content() {
  rm -f "$src_tmp/rc"
  { src_cat 2>"$src_tmp/said" || echo "$?" >"$src_tmp/rc"; } | head -c "$1"
}
src_went_well() {
  [ ! -e "$src_tmp/rc" ] || die "The source cannot be unpacked with $src_tool: $(tail -n 1 "$src_tmp/said")"
}
src_too_big() {
  die "The source unpacks to more than the image's $src_limit bytes, so unpacking was stopped. Set a bigger sizeGiB, or give another source."
}
# A function of its own: shellcheck (SC2216) takes cp for a program that reads no input.
src_into() { cp --sparse=always /dev/stdin "$1"; }
# Writes the content to the file $1, zeros as holes; it may be $2 bytes long.
src_unpack() {
  pg_watch unpacking "$src_tmp/reader" "$(src_size "$src_from")"
  if cp --sparse=always /dev/null "$1" 2>/dev/null; then src_content "$(($2 + 1))" | src_into "$1"
  else
    src_content "$(($2 + 1))" >"$1"
    fallocate -d "$1" 2>/dev/null || :
  fi
  pg_unwatch
  if [ "$(stat -c %s "$1")" -gt "$2" ]; then rm -f "$1"; src_too_big; fi
  src_went_well
}
# Ends the step where what was written into $1, a file or a volume, does not reach the disk: a pool that is full, or a bad sector, shows
# itself only then, and is told nobody later. The dd of a small busybox has no fsync.
src_on_disk() {
  if dd if=/dev/null of="$src_tmp/probe" conv=notrunc,fsync 2>/dev/null; then
    dd if=/dev/null of="$1" conv=notrunc,fsync 2>/dev/null ||
      die "What was written into $1 did not reach the disk. Look at the kernel's log, and at the free space of the file system or thin pool that it lies in."
  else sync
  fi
}

src_head=$(src_content 512 | src_hex)
src_at() { printf '%s\n' "$src_head" | cut -c"$(($1 * 2 + 1))-$((($1 + $2) * 2))"; }
case $src_head in 514649fb*) src_format=qcow2 ;; *) src_format=raw ;; esac
if [ "$src_is_image" = yes ]; then
  case $src_said in
    raw) src_format=raw ;;
    qcow2) [ "$src_format" = qcow2 ] || die "$src_from is no qcow2 image. Correct format in the source." ;;
    *) [ "$src_format" = raw ] || die "$src_from begins as a qcow2 image does, and a guest may have written that. Set format in the source: qcow2, or raw where it is a guest's raw disk." ;;
  esac
fi
case $src_format in
  qcow2)
    # qemu's docs/interop/qcow2.
    case $(src_at 4 4) in
      00000002|00000003) ;;
      *) die "The source is a qcow2 image of a version that is not known here, or is cut short. Give one of version 2 or 3." ;;
    esac
    [ "$(src_at 8 8)$(src_at 16 4)" = 000000000000000000000000 ] ||
      die "The source is a qcow2 image with a backing file. Give one that stands alone (qemu-img convert makes it)."
    [ "$(src_at 32 4)" = 00000000 ] ||
      die "The source is an encrypted qcow2 image. Give one that is not (qemu-img convert makes it)."
    if [ "$(src_at 4 4)" = 00000003 ]; then
      src_features=$(src_at 72 8)
      case $src_features in 00000000000000??) src_features=$((0x$src_features)) ;; *) src_features=32 ;; esac
      [ "$((src_features & 4))" = 0 ] ||
        die "The source is a qcow2 image whose data are in another file. Give one that stands alone (qemu-img convert makes it)."
      [ "$((src_features & 2))" = 0 ] || die "The source is a qcow2 image that is marked as corrupt. Repair it (qemu-img check -r all)."
      [ "$((src_features & ~27))" = 0 ] || die "The source is a qcow2 image with features that are not known here. Convert it to a plain one (qemu-img convert)."
    fi
    case $(src_at 24 8) in
      0000????????????) src_bytes=$((0x$(src_at 24 8))) ;;
      *) die "The source is a qcow2 image that says a size which no disk has, or is cut short. Give another one." ;;
    esac
    ;;
  *)
    if [ "$src_packed" = none ]; then src_bytes=$(src_size "$src_from"); else src_bytes=''; fi
    ;;
esac
if [ "$src_format" != "$src_own" ] && [ "$src_converts" != yes ]; then
  src_remedy="Set convert: true in the source"
  if [ "$src_declared" != lvm ]; then src_remedy="Set format to $src_format, or convert: true in the source"; fi
  die "The source is a $src_format image, but format is $src_declared. $src_remedy."
fi
if [ "$src_format" != "$src_own" ] && ! command -v qemu-img >/dev/null 2>&1; then
  die "qemu-img, which converts the source, is missing on the host. Install the package qemu-utils and run again; what was fetched stays."
fi
if [ -n "$src_bytes" ] && [ "$src_bytes" -gt "$src_limit" ]; then
  # 65536 GiB is the most that check accepts.
  [ "$src_bytes" -le 70368744177664 ] || die "The source has $src_bytes bytes, and no image has more than 65536 GiB. Give another source."
  # In whole MiB, which ten digits say exactly.
  src_needed=$(awk -v mib=$(((src_bytes + 1048575) / 1048576)) 'BEGIN { text = sprintf("%.10f", mib / 1024); sub(/0+$/, "", text); sub(/[.]$/, "", text); print text }')
  die "The source has $src_bytes bytes, more than the image's $src_limit. Set sizeGiB to $src_needed or more."
fi
# A qcow2 file of a disk that is full has its tables too: 8 bytes of L2 and 2 of reference count for each cluster of 512 bytes at worst.
src_room=$src_limit
if [ "$src_format" = qcow2 ]; then src_room=$((src_limit + src_limit / 50 + 16777216)); fi
if [ "$src_packed" != none ]; then echo "the source is compressed ($src_packed): it is unpacked with $src_tool"; fi
