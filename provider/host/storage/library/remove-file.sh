# shellcheck shell=sh
# Removes the image $image, what is left of its making ($new, and $brought, its source), and the folders that we made ($made_folders) where they are empty.
# $mark is the folder of its claim. image-users.sh comes before; runs under the lock of claims.
# What somebody else made at the path while ours was being made is not ours; an older mark has no phase.
ours=yes phase=making
if [ -f "$mark/claim" ]; then
  if [ -f "$mark/phase" ]; then read -r phase <"$mark/phase"; fi
  if [ "$phase" = making ] && [ -e "$image" ] && [ "$(stat -c %i "$image")" != "$(cat "$mark/made" 2>/dev/null)" ]; then ours=no; fi
fi
if [ "$ours" = yes ] && [ -e "$image" ]; then
  users=$(image_users "$image")
  [ -z "$users" ] || die "$image is in use ($users)."
  configured=$(image_configured "$image")
  [ -z "$configured" ] || die "$image is a disk of a guest ($configured). Take it out of that guest or delete the guest first."
fi
if [ "$ours" = yes ]; then rm -f "$image"; else echo "$image was made by somebody else: it stays"; fi
rm -f "$new" "$new.part" "$brought" "$brought.part" "$brought.plain"
if [ -f "$made_folders" ]; then
  sort -ru "$made_folders" | while IFS= read -r made; do
    if [ -d "$made" ] && ! rmdir "$made" 2>/dev/null; then printf '%s\n' "$made"; fi
  done >"$made_folders.new"
  if [ -s "$made_folders.new" ]; then mv "$made_folders.new" "$made_folders"
  else rm -f "$made_folders" "$made_folders.new"; fi
fi
