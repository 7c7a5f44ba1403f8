# shellcheck shell=sh
# A function for a script: snapshot_back NAME makes the volume of $image what the snapshot holds, and leaves a snapshot of that name. lvm.sh
# comes before. The volume is not active meanwhile, so that nobody opens it between the look and the merge: LVM would put a merge of an open
# volume off to its next activation, which may be weeks later.
snapshot_back() {
  lv_snapshot=$lv_name.snap-$1
  if [ ! -f "$mark/rolling-back" ]; then
    snapshot_same
    lv_bytes=$(lvs --noheadings --nosuffix --units b -o lv_size "$lv_group/$lv_snapshot" </dev/null | tr -d ' ')
    printf '%s %s\n' "$1" "$lv_bytes" >"$mark/rolling-back.new"; sync; mv -f "$mark/rolling-back.new" "$mark/rolling-back"
  fi
  { read -r lv_going lv_bytes || :; } <"$mark/rolling-back"
  lv_seen=$(lv_volumes)
  if [ -n "$(lv_field "$lv_snapshot" 1)" ]; then
    case $(lv_field "$lv_name" 5) in
      # It merges already: an earlier run was cut off.
      O*) ;;
      *)
        lvchange -q -a n "$lv_group/$lv_name" </dev/null || { rm -f "$mark/rolling-back"; die "$image is open, so it cannot go back now; nothing was touched. See who has it open (lsof, dmsetup ls --tree)."; }
        lvconvert -q -y --merge "$lv_group/$lv_snapshot" </dev/null || {
          lv_seen=$(lv_volumes)
          case $(lv_field "$lv_name" 5) in O*) ;; *) rm -f "$mark/rolling-back" ;; esac
          lvchange -q -a y "$lv_group/$lv_name" </dev/null
          die "LVM does not merge $lv_group/$lv_snapshot; $image is as it was."
        } ;;
    esac
  fi
  lvchange -q -a y "$lv_group/$lv_name" </dev/null
  lv_await "$image"
  lv_told=
  while :; do
    lv_seen=$(lv_volumes)
    if [ -z "$(lv_field "$lv_snapshot" 1)" ]; then break; fi
    [ -n "$lv_told" ] || { lv_told=yes; echo "LVM copies back what was written since; $image reads as the snapshot already"; }
    sleep 1
  done
  # A thin volume that was merged may have another uuid: it is the same image.
  lv_uuid=$(lv_field "$lv_name" 1)
  [ -n "$lv_uuid" ] || die "$image is gone after LVM merged $lv_group/$lv_snapshot."
  printf '%s\n' "$lv_uuid" >"$mark/made.new"; mv -f "$mark/made.new" "$mark/made"
  snapshot_make "$1" "$lv_bytes"
}
