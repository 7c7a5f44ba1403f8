# shellcheck shell=sh
# The folder of a claim gets the name of another path, as long as no image was made: $mv_folder, $mv_to_folder, $mv_to. Runs under the lock
# of claims; the claim's own file is written next.
if [ -e "$mv_to_folder/claim" ] || [ -e "$mv_to_folder/owner" ]; then
  die "$mv_to was claimed a moment ago; nothing was touched. Run refresh, then look at the preview."
fi
rm -f "$mv_folder/made" "$mv_folder/made-of" "$mv_folder/mount" "$mv_folder/asked" "$mv_folder/group" "$mv_folder/format"
# What a claim that is gone has left; `mv` would move into it.
rm -rf "$mv_to_folder"
mv -f "$mv_folder" "$mv_to_folder"
