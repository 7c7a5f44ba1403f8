# shellcheck shell=sh
# Removes the volume whose uuid is written down ($mark/made), where it still has the name of $image, and what is left of its making.
# volumes.sh, own-snapshots.sh, image-users.sh and a function discard_volume come before; runs under the lock of claims.
lv_seen=$(lv_volumes)
lv_uuid=$(cat "$mark/made" 2>/dev/null || :)
lv_there=$(printf '%s\n' "$lv_seen" | awk -F'|' -v u="$lv_uuid" 'u != "" && $1 == u { print $3 "/" $4 }')
if [ "$lv_there" = "$lv_group/$lv_name" ]; then
  users=$(image_users "$image")
  [ -z "$users" ] || die "$image is in use ($users)."
  configured=$(image_configured "$image")
  [ -z "$configured" ] || die "$image is a disk of a guest ($configured). Take it out of that guest or delete the guest first."
  case $(lv_field "$lv_name" 5) in
    # lvremove would take the snapshots along.
    [oO]*)
      lv_foreign=$(lv_foreign_snapshots "$lv_name")
      [ -z "$lv_foreign" ] || die "$image has a snapshot ($lv_foreign), which would be removed with it. Remove the snapshot first, or set keepOnDelete: true." ;;
  esac
  case $(lv_field "$lv_name" 5) in
    ?????o*) die "$image is open. See who has it open (lsof, dmsetup ls --tree), and stop that first." ;;
  esac
  discard_volume
  lv_seen=$(lv_volumes)
  [ "$(lv_field "$lv_name" 1)" != "$lv_uuid" ] || die "$image is still there after its removal."
elif [ -n "$lv_there" ] && [ "$lv_there" != "$lv_group/$lv_draft" ]; then
  die "The volume of $image was renamed to $lv_there; nothing was touched. Rename it back (lvrename), or set keepOnDelete: true."
elif [ -n "$(lv_field "$lv_name" 1)" ]; then echo "$image was made by somebody else: it stays"
fi
case ,$(lv_field "$lv_draft" 8), in
  *,pulumi-xen,*) lvremove -f -y "$lv_group/$lv_draft" </dev/null ;;
esac
