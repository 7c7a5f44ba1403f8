# shellcheck shell=sh
# discard_image for files, by the trash: $image moves into a folder beside it, on its own file system, so that nothing of it is copied.
# begin.sh, image-users.sh and image-overlays.sh come before.
trash_where() {
  trash_box=${image%/*}/.pulumi-xen-trash
  trash_kept=$trash_box/$trash_id/${image##*/}
  trash_identity=$(stat -c %i "$image")
  trash_mount=$(df -Pk "${image%/*}/" | tail -n 1 | awk '{ print $6 }')
  # What it shares may come into the trash after it, and another one be made at that path.
  trash_shares='' trash_shares_identity=''
  if [ "$trash_format" = qcow2 ]; then trash_shares=$(qcow2_backing "$image"); fi
  trash_shares=${trash_shares#*"	"}
  case $trash_shares in ''|/*|*:*) ;; *) trash_shares=${image%/*}/$trash_shares ;; esac
  if [ -f "$trash_shares" ]; then trash_shares_identity=$(stat -L -c %i "$trash_shares"); else trash_shares=''; fi
}
trash_holds() { [ -e "$trash_kept" ]; }
discard_image() {
  trash_begin
  for trash_folder in "$trash_box" "$trash_box/$trash_id"; do
    if [ ! -d "$trash_folder" ]; then mkdir -m 700 "$trash_folder"; fi
    if [ -L "$trash_folder" ] || [ "$(stat -c %d "$trash_folder")" != "$(stat -c %d "$image")" ]; then
      die "$trash_folder is no folder on the file system of $image, so the image cannot be moved there. Move it out of the way, and run again."
    fi
  done
  mv "$image" "$trash_kept"
  # By a guest that was started a moment ago; it goes on, and finds its image when it is started again.
  trash_users=$(image_users "$trash_kept")
  if [ -n "$trash_users" ]; then
    { ln "$trash_kept" "$image" 2>/dev/null && rm -f "$trash_kept"; } || mv -n "$trash_kept" "$image"
    if rmdir "$trash_box/$trash_id" 2>/dev/null; then rm -rf "$trash_entry"; rmdir "$trash_box" 2>/dev/null || :; fi
    die "$image is in use ($trash_users)."
  fi
  trash_say
}
