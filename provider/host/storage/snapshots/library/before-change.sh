# shellcheck shell=sh
# A snapshot of one disk of a guest that a change takes down: $image and $mark, and $snapshot_place, "volume" or "file"; $snapshot_for says
# "prove" (prints why there could be none, while the guest still runs), "make" one called $snapshot_new, or, when all disks have theirs, "tidy":
# those that earlier changes made go. The functions of its storage come before.
snapshot_why=
if [ "$snapshot_for" = tidy ]; then
  snapshot_former=$(snapshot_all_ours)
  for snapshot_one in $snapshot_former; do
    case $snapshot_one in "$snapshot_new") ;; auto-*) snapshot_remove "$snapshot_one" ;; esac
  done
elif [ ! -f "$mark/claim" ]; then
  snapshot_why="$image is no DiskImage of a program on this host, and only of those are snapshots made."
elif [ "$snapshot_place" = volume ] && [ ! -s "$mark/made" ]; then
  snapshot_why="$image is a device that pulumi-xen did not make, and only of logical volumes and qcow2 images are snapshots made."
elif ! snapshot_why=$(snapshot_cannot 2>&1); then snapshot_why=${snapshot_why:-"it cannot be seen whether $image can have a snapshot"}
fi
if [ -n "$snapshot_why" ]; then
  if [ "$snapshot_for" = prove ]; then printf '%s\n' "$snapshot_why"; exit 0; fi
  die "$snapshot_why"
fi
if [ "$snapshot_for" = make ]; then
  # The back ends of the guest let go a moment after it has ended.
  snapshot_waited=0
  while [ -n "$(image_users "$image")" ] && [ "$snapshot_waited" -lt 60 ]; do sleep 1; snapshot_waited=$((snapshot_waited + 1)); done
  snapshot_make "$snapshot_new" 0
  snapshot_settled
fi
