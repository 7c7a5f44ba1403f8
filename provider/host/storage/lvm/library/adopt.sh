# shellcheck shell=sh
# Writes down which volume $image is: $seen, the one that was looked at; $bytes are declared. volumes.sh comes before; $mark is the folder of its claim.
lv_seen=$(lv_volumes)
[ "$(lv_field "$lv_name" 1)" = "$seen" ] || die "$image is another volume than a moment ago; nothing was touched. Run again."
rm -f "$mark/made-of"
printf '%s\n' "$bytes" >"$mark/asked.new"; mv -f "$mark/asked.new" "$mark/asked"
printf '%s\n' "$seen" >"$mark/made.new"; mv -f "$mark/made.new" "$mark/made"
lv_field "$lv_name" 2 >"$mark/group.new"; mv -f "$mark/group.new" "$mark/group"
