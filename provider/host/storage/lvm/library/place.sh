# shellcheck shell=sh
# Gives the whole volume $new its own name, once its uuid is written down; $source is what it was made of. make.sh comes before.
lv_seen=$(lv_volumes)
lv_uuid=$(lv_field "$lv_draft" 1)
[ -n "$lv_uuid" ] || die "$lv_group/$lv_draft is gone, though it was just made."
printf '%s\n' "$bytes" >"$mark/asked.new"; mv -f "$mark/asked.new" "$mark/asked"
printf '%s\n' "$lv_uuid" >"$made.new"; mv -f "$made.new" "$made"
lv_field "$lv_draft" 2 >"$mark/group.new"; mv -f "$mark/group.new" "$mark/group"
printf '%s\n' "$source" >"$mark/made-of.new"; mv -f "$mark/made-of.new" "$mark/made-of"
# LVM gives no name that a volume has already.
lvrename "$lv_group" "$lv_draft" "$lv_name" </dev/null || :
lv_seen=$(lv_volumes)
[ "$(lv_field "$lv_name" 1)" = "$lv_uuid" ] || die_taken
lv_await "$image"
