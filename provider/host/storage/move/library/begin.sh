# shellcheck shell=sh
# The first effect of a move: its record stands, where nothing forbids it. things.sh, record.sh and image-users.sh come before; runs under
# the lock of claims. $mv_id is the claim's, $mv_named the lines of image_configured that were looked at.
grep -qxF "id=$mv_id" "$mv_folder/claim" 2>/dev/null ||
  die "The claim on $mv_from is another one than a moment ago; nothing was touched. Run refresh, then look at the preview."
if [ "$mv_folder" != "$mv_to_folder" ] && { [ -e "$mv_to_folder/claim" ] || [ -e "$mv_to_folder/owner" ]; }; then
  die "$mv_to was claimed a moment ago; nothing was touched. Run refresh, then look at the preview."
fi
# A record of this very move goes on where it is.
if [ "$mv_stage" = none ]; then
  mv_is_here=$("${mv_from_thing}_id" "$mv_from")
  mv_is_aside=$("${mv_from_thing}_id" "$mv_aside")
  mv_is_there=$("${mv_to_thing}_id" "$mv_to")
  [ -z "$mv_is_aside" ] || die "$mv_aside is in the way of the move. Rename or remove it, and run again."
  if [ -n "$mv_is_here" ]; then
    [ "$mv_is_here" = "$mv_old" ] || die "$mv_from is another image than a moment ago; nothing was touched. Run refresh, then look at the preview."
    [ "$mv_from" = "$mv_to" ] || [ -z "$mv_is_there" ] ||
      die "$mv_to exists already, and an image is moved only onto nothing. Rename or remove it, or choose another path."
    mv_free "$mv_from" "$mv_from_thing"
    mv_unless_shared
    [ ! -f "$mv_folder/rolling-back" ] ||
      die "$mv_from is on its way back to a snapshot; nothing was touched. Finish that first (sh $mv_folder/snapshots.sh), and run again."
  else
    # Somebody has moved it there by hand.
    [ "$mv_from_thing" = "$mv_to_thing" ] && [ -n "$mv_old" ] && [ "$mv_is_there" = "$mv_old" ] ||
      die "$mv_from is not on the host any more; nothing was touched. Run refresh, then look at the preview."
    mv_free "$mv_to" "$mv_to_thing"
  fi
  mv_former=ready
  if [ -f "$mv_folder/phase" ]; then read -r mv_former <"$mv_folder/phase"; fi
  mv_write begun
fi
