# shellcheck shell=sh
# Snapshots of the volume of $image, classic ones and those of a thin volume. $mark is the folder of its claim. volumes.sh, own-snapshots.sh and
# image-users.sh come before. A snapshot NAME of ours is the volume VOLUME.snap-NAME with the tag pulumi-xen-snapshot.
snapshot_same() {
  lv_seen=$(lv_volumes)
  lv_uuid=$(cat "$mark/made" 2>/dev/null || :)
  [ -n "$lv_uuid" ] && [ "$(lv_field "$lv_name" 1)" = "$lv_uuid" ] ||
    die "$image is not the volume that was made or adopted (${lv_uuid:-none is written down}); nothing was touched. Run refresh, then look at the preview."
}
# One that has overflowed holds nothing any more: the fifth of its attributes is I, or S where it is suspended.
snapshot_names() {
  lv_seen=$(lv_volumes)
  printf '%s\n' "$lv_seen" | awk -F'|' -v g="$lv_group" -v n="$lv_name" \
    '$3 == g && $6 == n && index("," $8 ",", ",pulumi-xen-snapshot,") && substr($5, 5, 1) !~ /[IS]/ && index($4, n ".snap-") == 1 { print substr($4, length(n) + 7) }'
}
# Those that have overflowed as well: they still take their space.
snapshot_all_ours() {
  lv_seen=$(lv_volumes)
  lv_own_snapshots "$lv_name" | awk -v b="$lv_name.snap-" 'index($0, b) == 1 { print substr($0, length(b) + 1) }'
}
# What jobs that live will still take of the group, in extents: each that has proven its snapshots and not made them has a file
# GROUP.PID here, with the birth of its process. Two guests may be restarted at once, and both would be down where only one of them finds room.
lv_dues='/run/pulumi-xen/snapshots-due'
lv_born() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }
# Of $1, the file of one; nothing where its job has ended.
lv_due_of() {
  lv_due_born='' lv_due_extents=0
  if [ -f "$1" ]; then { read -r lv_due_born lv_due_extents || :; } <"$1"; fi
  if [ -n "$lv_due_born" ] && [ "$lv_due_born" = "$(lv_born "${1##*.}")" ]; then printf '%s' "$lv_due_extents"; fi
}
lv_due_to_others() {
  lv_due_sum=0
  for lv_due in "$lv_dues/$lv_group".*; do
    if [ ! -f "$lv_due" ] || [ "${lv_due%.*}" != "$lv_dues/$lv_group" ] || [ "${lv_due##*.}" = "$$" ]; then continue; fi
    lv_due_one=$(lv_due_of "$lv_due")
    if [ -n "$lv_due_one" ]; then lv_due_sum=$((lv_due_sum + lv_due_one)); else rm -f "$lv_due"; fi
  done
  printf '%s' "$lv_due_sum"
}
# Of this job: so many extents more, or less.
lv_due_changes() {
  lv_due_file=$lv_dues/$lv_group.$$
  lv_due_now=$(lv_due_of "$lv_due_file")
  lv_due_now=$((${lv_due_now:-0} + $1))
  if [ "$lv_due_now" -gt 0 ]; then
    mkdir -p "$lv_dues"
    note_down "$lv_due_file" "$(lv_born $$) $lv_due_now"
  else rm -f "$lv_due_file"; rmdir "$lv_dues" "${lv_dues%/*}" 2>/dev/null || :
  fi
}
# Sets $lv_need, the extents of one of the usual size, $lv_free and $lv_extent; $lv_need is 0 of a thin one, which takes nothing beforehand.
lv_usual() {
  lv_need=0 lv_free=0 lv_extent=0
  lv_seen=$(lv_volumes)
  case $(lv_field "$lv_name" 5) in V*) return 0 ;; esac
  lv_rows=$(lvs --noheadings --nosuffix --units b -o lv_size,vg_extent_size,vg_free_count "$lv_group/$lv_name" </dev/null) || die "LVM on this host cannot be asked (lvs)."
  lv_need=$(printf '%s\n' "$lv_rows" | awk '{ printf "%.0f", int($1 / 5 / $2) + 1 }')
  lv_free=$(printf '%s\n' "$lv_rows" | awk '{ printf "%.0f", $3 }')
  lv_extent=$(printf '%s\n' "$lv_rows" | awk '{ printf "%.0f", $2 }')
}
# Why it could have none of the usual size; nothing where it can. What is proven of a guest's disks is proven together with what is due.
snapshot_cannot() {
  snapshot_same
  lv_usual
  if [ "$lv_need" = 0 ]; then return 0; fi
  lv_before=0 lv_others=0
  if [ "${snapshot_for:-}" = prove ]; then
    lv_before=$(lv_due_of "$lv_dues/$lv_group.$$") lv_others=$(lv_due_to_others)
  fi
  lv_all=$((lv_need + ${lv_before:-0} + lv_others)) lv_with=
  if [ "$lv_others" -gt 0 ]; then lv_with=", with those that other guests are about to get"; fi
  if [ "$lv_all" -gt "$lv_free" ]; then
    echo "The volume group $lv_group has $((lv_free * lv_extent / 1048576)) MiB free, and the snapshots of the disks up to $image take $((lv_all * lv_extent / 1048576)) MiB$lv_with. Extend the group (vgextend)."
  elif [ "${snapshot_for:-}" = prove ]; then lv_due_changes "$lv_need"
  fi
}
# One that was proven is made.
snapshot_settled() {
  lv_usual
  lv_due_changes "-$lv_need"
}
snapshot_make() {
  snapshot_same
  lv_snapshot=$lv_name.snap-$1
  if [ -n "$(lv_field "$lv_snapshot" 1)" ]; then
    case ,$(lv_field "$lv_snapshot" 8), in *,pulumi-xen-snapshot,*) ;; *) die "The volume $lv_group/$lv_snapshot is in the way, and pulumi-xen did not make it. Rename or remove it, or choose another name for the snapshot." ;; esac
    [ "$(lv_field "$lv_snapshot" 6)" = "$lv_name" ] || die "The volume $lv_group/$lv_snapshot is a snapshot of another volume. Remove it (lvremove), or choose another name for the snapshot."
    case $(lv_field "$lv_snapshot" 5) in
      ????[IS]*) echo "the former snapshot $1 of $image has overflowed and holds nothing: it is made again"; lvremove -f -y "$lv_group/$lv_snapshot" </dev/null ;;
      *) return 0 ;;
    esac
  fi
  snapshot_users=$(image_users "$image")
  case $(lv_field "$lv_name" 5) in
    O*) die "LVM is merging a snapshot into $image, which gets no other one until that has ended (lvs -a $lv_group). Run again then." ;;
    V*) lvcreate -y -s --addtag pulumi-xen-snapshot -n "$lv_snapshot" "$lv_group/$lv_name" </dev/null ;;
    *)
      if [ "$2" = 0 ]; then lvcreate -y -s --addtag pulumi-xen-snapshot -n "$lv_snapshot" -l 20%ORIGIN "$lv_group/$lv_name" </dev/null
      else lvcreate -y -s --addtag pulumi-xen-snapshot -n "$lv_snapshot" -L "$2b" "$lv_group/$lv_name" </dev/null
      fi ;;
  esac
  snapshot_names | grep -qxF -- "$1" || die "$image did not take the snapshot $1."
  echo "made the snapshot $1 of $image"
  [ -z "$snapshot_users" ] || echo "note: $image was in use: the snapshot holds what a power failure at that moment would have left"
}
snapshot_remove() {
  lv_seen=$(lv_volumes)
  lv_snapshot=$lv_name.snap-$1
  case ,$(lv_field "$lv_snapshot" 8), in *,pulumi-xen-snapshot,*) ;; *) return 0 ;; esac
  snapshot_users=$(image_users "/dev/$lv_group/$lv_snapshot")
  [ -z "$snapshot_users" ] || die "The snapshot $lv_group/$lv_snapshot is in use ($snapshot_users). Stop that first."
  # -f asks nothing, and still refuses a volume that is open.
  lvremove -f -y "$lv_group/$lv_snapshot" </dev/null
  echo "removed the snapshot $1 of $image"
}
