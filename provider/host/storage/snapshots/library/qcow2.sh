# shellcheck shell=sh
# Internal snapshots of the qcow2 file $image; $mark is the folder of its claim, whose file "snapshots" has the names of ours.
# image-users.sh comes before. The QEMU of a guest locks nothing (Xen opens disks with file.locking=off), and qemu-img would change the
# tables that it goes on to use: only of an image that nobody has open is one made, removed or gone back to.
# All in the image, ours or not. A name of several words is not one of ours.
snapshot_all() {
  snapshot_rows=$(qemu-img snapshot -l -U "$image" 2>/dev/null || qemu-img snapshot -l "$image") || die "the snapshots of $image cannot be read (qemu-img snapshot -l)"
  printf '%s\n' "$snapshot_rows" | awk 'NR > 2 && $3 ~ /^[0-9]/ { print $2 }'
}
snapshot_names() {
  if [ ! -f "$mark/snapshots" ] || [ ! -f "$image" ]; then return 0; fi
  snapshot_in=$(snapshot_all)
  while IFS= read -r snapshot_one; do
    if printf '%s\n' "$snapshot_in" | grep -qxF -- "$snapshot_one"; then printf '%s\n' "$snapshot_one"; fi
  done <"$mark/snapshots"
}
# Why it could have none, also once nobody has it open; nothing where it can.
snapshot_cannot() {
  if [ ! -f "$image" ]; then echo "$image is not there, so it can have no snapshot."
  elif ! command -v qemu-img >/dev/null 2>&1; then echo "qemu-img is missing on the host; it makes and removes snapshots. Install the package qemu-utils."
  fi
}
snapshot_all_ours() { snapshot_names; }
snapshot_settled() { :; }
snapshot_not_open() {
  snapshot_users=$(image_users "$image")
  [ -z "$snapshot_users" ] || die "$image is in use ($snapshot_users), and a qcow2 image has snapshots made and removed only while nobody has it open. Shut the guest down, and run again."
}
snapshot_ledger() {
  if [ -s "$mark/snapshots.new" ]; then replace_whole "$mark/snapshots"; else rm -f "$mark/snapshots.new" "$mark/snapshots"; fi
}
snapshot_make() {
  [ -f "$image" ] || die "$image is not there, so it can have no snapshot."
  snapshot_in=$(snapshot_all)
  if printf '%s\n' "$snapshot_in" | grep -qxF -- "$1"; then
    grep -qxF -- "$1" "$mark/snapshots" 2>/dev/null || die "$image has a snapshot $1 already that is not ours. Choose another name, or remove it (qemu-img snapshot -d $1 $image)."
    return 0
  fi
  snapshot_not_open
  # Before it is made: one that is in the image and not written down would be somebody else's.
  { grep -vxF -- "$1" "$mark/snapshots" 2>/dev/null || :; printf '%s\n' "$1"; } >"$mark/snapshots.new"; snapshot_ledger
  qemu-img snapshot -q -c "$1" "$image"
  snapshot_names | grep -qxF -- "$1" || die "$image did not take the snapshot $1."
  echo "made the snapshot $1 of $image"
}
snapshot_remove() {
  [ -f "$mark/snapshots" ] && grep -qxF -- "$1" "$mark/snapshots" || return 0
  snapshot_in=
  if [ -f "$image" ]; then snapshot_in=$(snapshot_all) || exit 1; fi
  if printf '%s\n' "$snapshot_in" | grep -qxF -- "$1"; then
    snapshot_not_open
    qemu-img snapshot -q -d "$1" "$image"
    echo "removed the snapshot $1 of $image"
  fi
  { grep -vxF -- "$1" "$mark/snapshots" || :; } >"$mark/snapshots.new"; snapshot_ledger
}
