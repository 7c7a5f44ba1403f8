# shellcheck shell=sh
# Grows the qcow2 image $image to $want bytes; $block_resize is block-resize.py, $laid the preallocation of what is added. image-users.sh and lay-out.sh come before.
# facts: qemu-img resize of an image that a running guest has open is accepted without a word, and the guest's QEMU
# goes on with the old tables. So only that QEMU itself may grow it.
[ -f "$image" ] || die "$image is not there, so it cannot grow."
virtual_size() { printf '%s\n' "$((0x$(od -An -v -tx1 -j 24 -N 8 "$image" | tr -d ' \n')))"; }
has=$(virtual_size)
[ "$has" -le "$want" ] || die "$image has $has bytes, more than the declared $want; an image is never made smaller."
if [ "$has" -lt "$want" ]; then
  users=$(image_users "$image")
  domid=$(printf '%s\n' "$users" | awk '$1 == "guest" && $2 != 0 { print $2; exit }')
  if [ -n "$domid" ]; then
    # QMP's block_resize lays nothing out.
    [ "$laid" = off ] || echo "note: a guest uses $image, so what is added takes its space when the guest writes to it (preallocation: off)"
    python3 -c "$block_resize" "/var/run/xen/qmp-libxl-$domid" "$image" "$want"
  elif [ -n "$users" ]; then
    die "$image is open ($users), so it cannot grow now. Run again when it is free."
  else
    case $laid in falloc|full) room_for "$(dirname "$image")" "$((want - has + (want - has) / 6553))" "what $image grows by" ;; esac
    qemu-img resize -q --preallocation="$laid" -f qcow2 "$image" "$want"
    sync "$image" 2>/dev/null || sync
  fi
  [ "$(virtual_size)" = "$want" ] || die "$image did not take the new size."
  echo "$image grew from $has to $want bytes"
fi
