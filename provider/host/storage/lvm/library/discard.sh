# shellcheck shell=sh
# A function for a script: discard_volume removes the volume of $image for good, and our snapshots of it. volumes.sh and own-snapshots.sh come before.
discard_volume() {
  # -f asks nothing, and still refuses a volume that is open.
  for lv_snapshot in $(lv_own_snapshots "$lv_name"); do lvremove -f -y "$lv_group/$lv_snapshot" </dev/null; done
  lvremove -f -y "$lv_group/$lv_name" </dev/null
}
