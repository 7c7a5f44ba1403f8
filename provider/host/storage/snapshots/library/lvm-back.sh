# shellcheck shell=sh
# A function for a script: snapshot_back NAME makes the volume of $image what the snapshot holds, and leaves a snapshot of that name. lvm.sh
# comes before. The volume is not active meanwhile, so that nobody opens it between the look and the merge: LVM would put a merge of an open
# volume off to its next activation, which may be weeks later.
snapshot_back() {
  lv_snapshot=$lv_name.snap-$1
  if [ ! -f "$mark/rolling-back" ]; then
    snapshot_same
    case $(lv_field "$lv_name" 5) in
      O*) die "LVM is merging another snapshot into $image, so it cannot go back now; nothing was touched. Run again when that has ended (lvs -a $lv_group). A merge that LVM has put off, since $image was open, begins with: lvchange -a n $lv_group/$lv_name; lvchange -a y $lv_group/$lv_name" ;;
    esac
    lv_bytes=$(lvs --noheadings --nosuffix --units b -o lv_size "$lv_group/$lv_snapshot" </dev/null | tr -d ' ')
    note_down "$mark/rolling-back" "$1 $lv_bytes"
  fi
  { read -r lv_going lv_bytes || :; } <"$mark/rolling-back"
  lv_seen=$(lv_volumes)
  # LVM hides a snapshot once its merge has begun (lv_is_visible of 2.03.16): where it is hidden, an earlier run was cut off.
  if [ -n "$(lv_field "$lv_snapshot" 1)" ]; then
    lvchange -q -a n "$lv_group/$lv_name" </dev/null || { rm -f "$mark/rolling-back"; die "$image is open, so it cannot go back now; nothing was touched. See who has it open (lsof, dmsetup ls --tree)."; }
    lvconvert -q -y --merge "$lv_group/$lv_snapshot" </dev/null || {
      lv_seen=$(lv_volumes)
      if [ -n "$(lv_field "$lv_snapshot" 1)" ]; then rm -f "$mark/rolling-back"; fi
      lvchange -q -a y "$lv_group/$lv_name" </dev/null
      die "LVM does not merge $lv_group/$lv_snapshot; $image is as it was."
    }
  fi
  lvchange -q -a y "$lv_group/$lv_name" </dev/null
  lv_await "$image"
  lv_told=
  while :; do
    lv_seen=$(lv_volumes)
    case $(lv_field "$lv_name" 5) in O*) ;; *) break ;; esac
    [ -n "$lv_told" ] || { lv_told=yes; echo "LVM copies back what was written since; $image reads as the snapshot already"; }
    sleep 1
  done
  # Also a thin volume has the uuid that it had: LVM gives it to the one that takes its place (swap_lv_identifiers of 2.03.16).
  [ -n "$(lv_field "$lv_name" 1)" ] || die "$image is gone after LVM merged $lv_group/$lv_snapshot."
  snapshot_make "$1" "$lv_bytes"
}
