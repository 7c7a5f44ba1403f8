# shellcheck shell=sh
# Removes the volume whose uuid is written down ($mark/made), where it still has the name of $image, and what is left of its making.
# volumes.sh and image-users.sh come before; runs under the lock of claims.
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
    [oO]*) die "$image has a snapshot ($(printf '%s\n' "$lv_seen" | awk -F'|' -v g="$lv_group" -v n="$lv_name" '$3 == g && $6 == n { printf "%s ", $4 }')), which would be removed with it. Remove the snapshot first, or set keepOnDelete: true." ;;
    ?????o*) die "$image is open. See who has it open (lsof, dmsetup ls --tree), and stop that first." ;;
  esac
  # -f asks nothing, and still refuses a volume that is open.
  lvremove -f -y "$lv_group/$lv_name" </dev/null
  lv_seen=$(lv_volumes)
  [ "$(lv_field "$lv_name" 1)" != "$lv_uuid" ] || die "$image is still there after its removal."
elif [ -n "$lv_there" ] && [ "$lv_there" != "$lv_group/$lv_draft" ]; then
  die "The volume of $image was renamed to $lv_there; nothing was touched. Rename it back (lvrename), or set keepOnDelete: true."
elif [ -n "$(lv_field "$lv_name" 1)" ]; then echo "$image was made by somebody else: it stays"
fi
case ,$(lv_field "$lv_draft" 8), in
  *,pulumi-xen,*) lvremove -f -y "$lv_group/$lv_draft" </dev/null ;;
esac
