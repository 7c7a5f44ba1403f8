# shellcheck shell=sh
# Before a volume is made: does the source fit, and can it be unpacked? source.sh comes before. Its content is read once more for that.
# What failed half-way leaves no volume behind.
lv_end() {
  lv_rc=$?
  rm -rf "$src_tmp" "$src_brought.plain"
  [ "$lv_rc" != 0 ] || return 0
  lv_seen=$(lv_volumes) || return 0
  case ,$(lv_field "$lv_draft" 8), in *,pulumi-xen,*) lvremove -f -y "$lv_group/$lv_draft" </dev/null >/dev/null || : ;; esac
}
trap lv_end EXIT
if [ "$src_format" = raw ] && [ "$src_packed" != none ]; then
  pg_watch measuring "$src_tmp/reader" "$(src_size "$src_from")"
  src_bytes=$(src_content "$((src_limit + 1))" | wc -c)
  pg_unwatch
  [ "$src_bytes" -le "$src_limit" ] || src_too_big
  src_went_well
fi
