# shellcheck shell=sh
# Gives the whole image $new its name $image, only where nothing has that name; $made is the file that keeps its inode.
# qemu-img does not wait until what it made is on the disk.
sync "$new" 2>/dev/null || sync
inode=$(stat -c %i "$new")
note_down "$made" "$inode"
# Its name first: after a power failure an image of ours without it would be somebody else's.
sync "${made%/*}" 2>/dev/null || sync
chmod 600 "$new"
if [ -e "$image" ] || [ -L "$image" ]; then die_taken; fi
# A hard link is never made over what is there. Where the file system knows none, mv -n looks first.
ln "$new" "$image" 2>/dev/null || mv -n "$new" "$image"
[ "$(stat -c %i "$image")" = "$inode" ] || die_taken
rm -f "$new"
sync "$(dirname "$image")" 2>/dev/null || sync
