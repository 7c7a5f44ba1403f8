# shellcheck shell=sh
# Removes the folders that we made ($made_folders is their list) where they are empty. Runs under the lock of claims.
if [ -f "$made_folders" ]; then
  sort -ru "$made_folders" | while IFS= read -r made; do
    if [ -d "$made" ] && ! rmdir "$made" 2>/dev/null; then printf '%s\n' "$made"; fi
  done >"$made_folders.new"
  if [ -s "$made_folders.new" ]; then replace_whole "$made_folders"
  else rm -f "$made_folders" "$made_folders.new"; fi
fi
