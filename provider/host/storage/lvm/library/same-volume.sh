# shellcheck shell=sh
# Ends the step unless the volume of $image is the one whose uuid is written down ($mark/made). volumes.sh comes before.
lv_seen=$(lv_volumes)
lv_uuid=$(cat "$mark/made" 2>/dev/null || :)
[ -n "$lv_uuid" ] && [ "$(lv_field "$lv_name" 1)" = "$lv_uuid" ] ||
  die "$image is not the volume that was made or adopted (${lv_uuid:-none is written down}); nothing was touched. Run refresh, then look at the preview."
