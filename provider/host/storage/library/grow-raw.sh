# shellcheck shell=sh
# Grows the raw image $image to $want bytes, with their blocks where $laid says how (lay-out.sh comes before). facts: a bigger file alone changes nothing for a guest; tell-users.sh comes next.
has=$(stat -L -c %s "$image")
[ "$has" -le "$want" ] || die "$image has $has bytes, more than the declared $want; an image is never made smaller."
if [ "$has" -lt "$want" ]; then
  if [ -n "${laid:-}" ]; then lay_out_more "$laid" "$image" "$want"; else truncate -s "$want" "$image"; fi
  sync "$image" 2>/dev/null || sync
  echo "$image grew from $has to $want bytes"
fi
