# shellcheck shell=sh
# Takes the former image out of reach and looks once more that nobody has used it since it was copied: under a name that nobody knows no
# guest starts with it. What was copied is whole; runs under the lock of claims. Where it fails the move is taken back (abandon.sh).
grep -qxF "id=$mv_id" "$mv_folder/claim" 2>/dev/null ||
  die "The claim on $mv_from is another one than a moment ago; $mv_from stays. Run refresh, then look at the preview."
if [ "$mv_how" = copy ]; then
  mv_is_here=$("${mv_from_thing}_id" "$mv_from")
  if [ "$mv_is_here" = "$mv_old" ]; then "${mv_from_thing}_name" "$mv_from" "$mv_aside" "$mv_old"; fi
  mv_is_aside=$("${mv_from_thing}_id" "$mv_aside")
  [ "$mv_is_aside" = "$mv_old" ] || die "$mv_from is not on the host any more, nor $mv_aside. Its copy is $mv_to.pulumi-xen-new or $mv_to. Look what became of it."
  mv_rc=0
  ( mv_free "$mv_aside" "$mv_from_thing" ) || mv_rc=$?
  mv_now=$("${mv_from_thing}_state" "$mv_aside")
  if [ "$mv_rc" = 0 ] && [ "$mv_now" != "$mv_state" ]; then
    echo "$mv_from was changed after it was copied: the copy is made again when nobody writes to it" >&2
    mv_rc=1
  fi
  mv_shared=$(image_overlays "$mv_from")
  mv_snapshots=$("${mv_from_thing}_snapshots" "$mv_aside")
  if [ "$mv_rc" = 0 ] && [ -n "$mv_shared$mv_snapshots" ]; then
    echo "$mv_from was shared meanwhile, or got a snapshot ($mv_shared $mv_snapshots), so it stays. Remove that first, and run again." >&2
    mv_rc=1
  fi
  if [ "$mv_rc" = 0 ]; then
    mv_names=$(image_configured "$mv_aside")
    mv_names=$(printf '%s\n' "$mv_names" | grep -vxF -e "$mv_named" || :)
    if [ -n "$mv_names" ]; then
      echo "$mv_from was put into the configuration of a guest meanwhile ($mv_names), so it stays. Take it out there, and run again." >&2
      mv_rc=1
    fi
  fi
  [ "$mv_rc" = 0 ] || exit 1
else
  mv_shared=$(image_overlays "$mv_from")
  [ -z "$mv_shared" ] || die "$mv_from was shared meanwhile ($mv_shared), so it stays. Delete that first, and run again."
fi
