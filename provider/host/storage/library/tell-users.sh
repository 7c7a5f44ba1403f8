# shellcheck shell=sh
# Tells the users of $image that it has $want bytes now, and shows that its guests know. image-users.sh comes before.
# facts: `losetup -c` tells the loop device, blkback tells the guest.
users=$(image_users "$image")
# All loop devices before the first guest: a guest's disk is one of them, and it gets the new size only after that.
printf '%s\n' "$users" | while read -r kind one two; do
  [ "$kind" = loop ] || continue
  [ "$(blockdev --getsize64 "$one")" = "$want" ] || losetup -c "$one"
  [ "$(blockdev --getsize64 "$one")" = "$want" ] || die "$one did not take the new size; the guest that uses it must be restarted."
done
printf '%s\n' "$users" | while read -r kind domid backend device name; do
  [ "$kind" = guest ] && [ "$domid" != 0 ] || continue
  node=/local/domain/0/backend/$backend/$domid/$device; tries=0
  until [ "$(xenstore-read "$node/sectors" 2>/dev/null)" = "$((want / 512))" ]; do
    tries=$((tries + 1))
    # 4 is connected; a guest that is not (yet, or any more) sees the size when it connects.
    [ "$(xenstore-read "$node/state" 2>/dev/null)" = 4 ] || break
    [ "$tries" -le 60 ] || die "Guest $name does not see the new size; it must be restarted."
    sleep 0.5
  done
  echo "guest $name has a disk of $want bytes"
done
