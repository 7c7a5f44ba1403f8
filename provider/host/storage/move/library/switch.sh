# shellcheck shell=sh
# The claim and its records name the new image. record.sh comes before; what the new one's folder has to hold lies in `target`. May be run
# again. Runs under the lock of claims; the claim's own file is written next.
if [ "$mv_folder" != "$mv_to_folder" ]; then
  if [ -e "$mv_to_folder/claim" ] || [ -e "$mv_to_folder/owner" ]; then
    die "$mv_to was claimed a moment ago. Run refresh, then look at the preview."
  fi
  # What a claim that is gone has left; `mv` would move into it.
  rm -rf "$mv_to_folder"
  mv -f "$mv_folder" "$mv_to_folder"
  mv_folder=$mv_to_folder
elif [ "$mv_stage" != switched ]; then mv_write switched
fi
for mv_one in made mount asked group format promise; do
  # Copied: what is in target says which of them there are.
  if [ -f "$mv_folder/target/$mv_one" ]; then note_down "$mv_folder/$mv_one" "$(cat "$mv_folder/target/$mv_one")"
  elif [ -d "$mv_folder/target" ]; then rm -f "$mv_folder/$mv_one"; fi
done
# It names the former path (storage/snapshots); a later step writes it again. Internal snapshots are of the former format.
if [ "$mv_from" != "$mv_to" ]; then rm -f "$mv_folder/snapshots.sh"; fi
if [ "$mv_was" != "$mv_becomes" ]; then rm -f "$mv_folder/snapshots"; fi
