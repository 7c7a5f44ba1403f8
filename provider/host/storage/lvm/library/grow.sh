# shellcheck shell=sh
# Grows the volume of $image to $want bytes, in whole extents. space.sh and same-volume.sh come before, tell-users.sh next.
has=$(blockdev --getsize64 "$image")
lv_group_rows=$(lv_groups)
extent=$(printf '%s\n' "$lv_group_rows" | awk -F'|' -v g="$lv_group" '$2 == g { print $4 }')
[ "$((has - want))" -lt "$extent" ] || die "$image has $has bytes, more than the declared $want; an image is never made smaller."
# Before it grows: of what was asked for follows which size is its own, and which one somebody else has given it.
note_down "$mark/asked" "$want"
if [ "$has" -lt "$want" ]; then
  case $(lv_field "$lv_name" 5) in
    [oO]*) die "$image has a snapshot ($(printf '%s\n' "$lv_seen" | awk -F'|' -v g="$lv_group" -v n="$lv_name" '$3 == g && $6 == n { printf "%s ", $4 }')), and LVM grows no active volume that has one. Remove it first: one of ours by sh $mark/snapshots.sh remove NAME, any other by lvremove." ;;
  esac
  case $(lv_field "$lv_name" 5) in V*) lv_promise "$want" ;; esac
  lvextend -L "${want}b" "$lv_group/$lv_name" </dev/null
  size=$(blockdev --getsize64 "$image")
  [ "$size" -ge "$want" ] || die "$image did not take the new size: it has $size bytes."
  echo "$image grew from $has to $size bytes"
  has=$size
fi
want=$has
