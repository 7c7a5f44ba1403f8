# shellcheck shell=sh
# discard_volume by the trash: the volume of $image gets a name and a tag of the trash, and our snapshots of it names after that one.
# begin.sh, image-users.sh, volumes.sh and own-snapshots.sh come before.
trash_where() {
  lv_trash=$lv_name.trash-$trash_id
  trash_kept=$lv_group/$lv_trash trash_identity=$lv_uuid
}
trash_holds() { [ -n "$(lv_field "$lv_trash" 1)" ]; }
discard_volume() {
  trash_begin
  lvchange --addtag pulumi-xen-trash "$lv_group/$lv_name" </dev/null >/dev/null
  # First of all: a later volume of this name may have snapshots of these names.
  for lv_snapshot in $(lv_own_snapshots "$lv_name"); do
    case $lv_snapshot in "$lv_name".snap-*) lvrename "$lv_group" "$lv_snapshot" "$lv_trash.snap-${lv_snapshot#"$lv_name".snap-}" </dev/null ;; esac
  done
  lvrename "$lv_group" "$lv_name" "$lv_trash" </dev/null
  lv_seen=$(lv_volumes)
  [ "$(lv_field "$lv_trash" 1)" = "$lv_uuid" ] || die "$image could not be renamed to $trash_kept."
  trash_say
}
