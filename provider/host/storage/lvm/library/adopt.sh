# shellcheck shell=sh
# Writes down which volume $image is: $seen, the one that was looked at; $bytes are declared. volumes.sh comes before; $mark is the folder of its claim.
lv_seen=$(lv_volumes)
[ "$(lv_field "$lv_name" 1)" = "$seen" ] || die "$image is another volume than a moment ago; nothing was touched. Run again."
rm -f "$mark/made-of"
note_down "$mark/asked" "$bytes"
note_down "$mark/made" "$seen"
note_down "$mark/group" "$(lv_field "$lv_name" 2)"
