# shellcheck shell=sh
# Ends the step where the volume that is written down ($mark/made) has another name than that of $image: somebody has just renamed it, and
# no other one is made in its place. volumes.sh comes before.
lv_seen=$(lv_volumes)
lv_uuid=$(cat "$mark/made" 2>/dev/null || :)
lv_there=$(printf '%s\n' "$lv_seen" | awk -F'|' -v u="$lv_uuid" 'u != "" && $1 == u { print $3 "/" $4 }')
case $lv_there in
  ""|"$lv_group/$lv_name"|"$lv_group/$lv_draft") ;;
  *) die "The volume of $image was renamed to $lv_there; nothing was touched. Rename it back (lvrename), and run again." ;;
esac
