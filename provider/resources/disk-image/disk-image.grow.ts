/** Growing an image, also under a guest that runs: whoever reads it is told, and shown to know. Shell text; pure. */
import { imageUsersFunction } from "../../host/image-users";
import { type ShellText, lines, sh } from "../../shell";
import { blockResizeProgram } from "./block-resize.program";
import { sizeBytesOf } from "./disk-image.plan";
import type { DiskImageInputs } from "./disk-image.schema";

export function growScript(inputs: DiskImageInputs): ShellText {
  const { path, format } = inputs;
  const bytes = sizeBytesOf(inputs) ?? 0;
  const parts = [sh`image=${path} want=${bytes}`, imageUsersFunction, format === "qcow2" ? growQcow2 : growRaw];
  return lines(parts);
}

// facts: a bigger file alone changes nothing for a guest; `losetup -c` tells the loop device, blkback tells the guest.
export const growRaw = sh`has=$(stat -L -c %s "$image")
[ "$has" -le "$want" ] || die "$image has $has bytes, more than the declared $want; an image is never made smaller."
if [ "$has" -lt "$want" ]; then truncate -s "$want" "$image"; echo "$image grew from $has to $want bytes"; fi
users=$(image_users "$image")
# All loop devices before the first guest: a guest's disk is one of them, and it is told of the size only behind that.
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
done`;

// facts: qemu-img resize of an image that a running guest has open is accepted without a word, and the guest's QEMU
// goes on with the old tables. So only that QEMU itself may grow it.
const growQcow2 = sh`virtual_size() { printf '%s\n' "$((0x$(od -An -v -tx1 -j 24 -N 8 "$image" | tr -d ' \n')))"; }
has=$(virtual_size)
[ "$has" -le "$want" ] || die "$image has $has bytes, more than the declared $want; an image is never made smaller."
if [ "$has" -lt "$want" ]; then
  users=$(image_users "$image")
  domid=$(printf '%s\n' "$users" | awk '$1 == "guest" && $2 != 0 { print $2; exit }')
  if [ -n "$domid" ]; then
    python3 -c ${blockResizeProgram} "/var/run/xen/qmp-libxl-$domid" "$image" "$want"
  elif [ -n "$users" ]; then
    die "$image is open ($users), so it cannot grow now. Run again when it is free."
  else
    qemu-img resize -q -f qcow2 "$image" "$want"
  fi
  [ "$(virtual_size)" = "$want" ] || die "$image did not take the new size."
  echo "$image grew from $has to $want bytes"
fi`;
