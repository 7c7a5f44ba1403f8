# shellcheck shell=sh
# Grows the raw image $image to $want bytes. facts: a bigger file alone changes nothing for a guest; tell-users.sh comes next.
has=$(stat -L -c %s "$image")
[ "$has" -le "$want" ] || die "$image has $has bytes, more than the declared $want; an image is never made smaller."
if [ "$has" -lt "$want" ]; then truncate -s "$want" "$image"; echo "$image grew from $has to $want bytes"; fi
