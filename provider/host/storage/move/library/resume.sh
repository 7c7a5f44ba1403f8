# shellcheck shell=sh
# Of a copy that was whole when an earlier run was ended: where nothing is left of it, it is made again. record.sh comes before.
if [ "$mv_stage" = whole ] && [ "$mv_how" = copy ]; then
  mv_is_aside=$("${mv_from_thing}_id" "$mv_aside")
  mv_is_there=$("${mv_to_thing}_id" "$mv_to")
  mv_is_draft=$("${mv_to_thing}_id" "$mv_to.pulumi-xen-new")
  # The copy gets its name only when the original is aside. Before that nothing tells whether it is the copy of what the original holds now:
  # a file's inode is given again to the next file, and what the kernel counts of a volume begins anew with each activation.
  if [ "$mv_is_aside" != "$mv_old" ] || { [ "$mv_is_there" != "$mv_new" ] && [ "$mv_is_draft" != "$mv_new" ]; }; then
    if [ "$mv_is_aside" = "$mv_old" ]; then "${mv_from_thing}_name" "$mv_aside" "$mv_from" "$mv_old"; fi
    mv_new='' mv_write begun
  fi
fi
