# shellcheck shell=sh
# Takes a move back that has not come to its switch: the image has its former name, and of its copy nothing is left. record.sh comes before;
# runs under the lock of claims.
# shellcheck disable=SC2031 # mv_load has just read them
mv_is_aside=$("${mv_from_thing}_id" "$mv_aside")
if [ "$mv_how" != rename ] && [ -n "$mv_new" ]; then
  mv_is_there=$("${mv_to_thing}_id" "$mv_to")
  # The copy gets its name only when the original is aside: another file there may have the inode that the copy had.
  if [ "$mv_is_there" = "$mv_new" ] && [ "$mv_is_aside" = "$mv_old" ]; then
    mv_users=$(image_users "$mv_to")
    [ -z "$mv_users" ] || die "$mv_to, to which $mv_from was being moved, is in use ($mv_users). Stop that first, and run again."
    "${mv_to_thing}_remove" "$mv_to"
  fi
fi
"${mv_to_thing}_draft_remove" "$mv_to"
mv_is_here=$("${mv_from_thing}_id" "$mv_from")
# Also where it has both names.
if [ -n "$mv_is_aside" ] && [ "$mv_is_aside" = "$mv_old" ]; then "${mv_from_thing}_name" "$mv_aside" "$mv_from" "$mv_old"
elif [ "$mv_from" != "$mv_to" ] && [ "$mv_from_thing" = "$mv_to_thing" ] && [ "$mv_was" = "$mv_becomes" ]; then
  mv_is_there=$("${mv_to_thing}_id" "$mv_to")
  # A second name of the same file, or a volume under its new name.
  if [ -n "$mv_is_here" ] && [ "$mv_from" -ef "$mv_to" ]; then rm -f -- "$mv_to"
  elif [ -z "$mv_is_here" ] && [ -n "$mv_old" ] && [ "$mv_is_there" = "$mv_old" ]; then "${mv_from_thing}_name" "$mv_to" "$mv_from" "$mv_old"
  fi
  "${mv_from_thing}_snapshots_name" "$mv_to" "$mv_from"
fi
mv_tidy
note_down "$mv_folder/phase" "${mv_former:-ready}" 644
rm -rf "$mv_folder/target"
rm -f "$mv_folder/moving"
echo "$mv_from stays where it was: its move to $mv_to is taken back"
