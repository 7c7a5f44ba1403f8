# shellcheck shell=sh
# Sets $mv_how: `rename` where the image has the new name now and nothing was copied, else `copy`. record.sh comes before.
mv_how=copy
if [ "$mv_was" = "$mv_becomes" ]; then
  mv_is_here=$("${mv_from_thing}_id" "$mv_from")
  mv_is_there=$("${mv_to_thing}_id" "$mv_to")
  if [ -z "$mv_is_here" ]; then
    [ "$mv_is_there" = "$mv_old" ] || die "$mv_from is not on the host any more, and $mv_to is not that image. Look what became of it, and run again."
    mv_how=rename
  elif [ "$mv_from_thing" = volume ]; then
    if [ "${mv_from%/*}" = "${mv_to%/*}" ]; then volume_name "$mv_from" "$mv_to" "$mv_old"; mv_how=rename; fi
  # Never `mv`: from one mount to another it copies, compares nothing and removes.
  elif [ "$mv_from" -ef "$mv_to" ] || { [ -z "$mv_is_there" ] && ln -- "$mv_from" "$mv_to" 2>/dev/null; }; then mv_how=rename
  fi
fi
if [ "$mv_how" = rename ]; then
  "${mv_from_thing}_snapshots_name" "$mv_from" "$mv_to"
  mv_new=$mv_old; mv_write whole; echo "$mv_from is renamed to $mv_to"
fi
