# shellcheck shell=sh
# Makes the folders above $image that are missing, and writes them down in $made_folders first. Runs under the lock of claims.
folder=$(dirname "$image"); missing=
while [ ! -d "$folder" ]; do
  missing="$folder
$missing"
  folder=$(dirname "$folder")
done
printf '%s' "$missing" | while IFS= read -r made; do
  printf '%s\n' "$made" >>"$made_folders"; sync "$made_folders" 2>/dev/null || sync
  mkdir "$made"; chmod 755 "$made"
done
