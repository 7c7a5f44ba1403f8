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
# Why it could have none of the usual size; nothing where it can. A thin one takes nothing beforehand.
snapshot_cannot() {
  snapshot_same
  case $(lv_field "$lv_name" 5) in V*) return 0 ;; esac
  # Together with what the disks before it take of the same group.
  lv_needs=${JOB_FILES:-/nonexistent}/snapshot-needs.$lv_group lv_before=0
  if [ -f "$lv_needs" ]; then read -r lv_before <"$lv_needs"; fi
  lv_rows=$(lvs --noheadings --nosuffix --units b -o lv_size,vg_extent_size,vg_free_count "$lv_group/$lv_name" </dev/null) || die "LVM on this host cannot be asked (lvs)."
  lv_need=$(printf '%s\n' "$lv_rows" | awk -v b="$lv_before" '{ printf "%.0f", b + int($1 / 5 / $2) + 1 }')
  lv_lack=$(printf '%s\n' "$lv_rows" | awk -v need="$lv_need" '$3 < need { printf "%.0f %.0f", $3 * $2 / 1048576, need * $2 / 1048576 }')
  if [ "${snapshot_for:-}" = prove ]; then printf '%s\n' "$lv_need" >"$lv_needs"; fi
  [ -z "$lv_lack" ] || echo "The volume group $lv_group has ${lv_lack% *} MiB free, and the snapshots of the disks up to $image take ${lv_lack#* } MiB. Extend the group (vgextend)."
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
    O*) die "LVM is merging a snapshot into $image, which gets no other one until that has ended (lvs -a $lv_group). Run again then." ;;
