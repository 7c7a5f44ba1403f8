# shellcheck shell=sh
# What is left of the former image goes: the new one has its name and its claim. $mv_rule is the former one's file for udev. Runs under the
# lock of claims.
# shellcheck disable=SC2031 # mv_load has just read it
if [ "$mv_how" = rename ]; then
  if [ "$mv_from_thing" = file ] && [ "$mv_from" != "$mv_to" ] && [ "$mv_from" -ef "$mv_to" ]; then rm -f -- "$mv_from"; fi
else
  mv_is_aside=$("${mv_from_thing}_id" "$mv_aside")
  if [ -n "$mv_is_aside" ] && [ "$mv_is_aside" = "$mv_old" ]; then
    # The last look before the last copy goes: an earlier run was ended here, and the new one's disk may not be there any more.
    [ "$("${mv_to_thing}_id" "$mv_to")" = "$mv_new" ] || die "$mv_to, the copy of $mv_from, is not there now, so $mv_aside stays. See that what it lies on is there (mount, vgs), and run again; if the copy is lost, give $mv_aside the name $mv_from again."
    "${mv_from_thing}_remove" "$mv_aside"
    echo "$mv_to is whole and claimed: the former $mv_from is removed"
  fi
fi
if [ "$mv_from_folder" != "$mv_to_folder" ] && [ -f "$mv_rule" ]; then
  rm -f "$mv_rule" "$mv_rule.new"
  udevadm control --reload-rules 2>/dev/null || :
fi
# A second name, of a run that was ended between the two.
"${mv_to_thing}_draft_remove" "$mv_to"
mv_tidy
rm -rf "$mv_folder/target"
rm -f "$mv_folder/moving"
