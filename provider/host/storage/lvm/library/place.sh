# shellcheck shell=sh
# Gives the whole volume $new its own name, once its uuid is written down; $source is what it was made of. make.sh comes before.
lv_seen=$(lv_volumes)
lv_uuid=$(lv_field "$lv_draft" 1)
[ -n "$lv_uuid" ] || die "$lv_group/$lv_draft is gone, though it was just made."
note_down "$mark/asked" "$bytes"
note_down "$made" "$lv_uuid"
note_down "$mark/group" "$(lv_field "$lv_draft" 2)"
note_down "$mark/made-of" "$source"
# LVM gives no name that a volume has already.
lvrename "$lv_group" "$lv_draft" "$lv_name" </dev/null || :
lv_seen=$(lv_volumes)
[ "$(lv_field "$lv_name" 1)" = "$lv_uuid" ] || die_taken
lv_await "$image"
