# shellcheck shell=sh
# Gives the whole image $new its name $image, only where nothing has that name; $made is the file that keeps its inode.
inode=$(stat -c %i "$new")
printf '%s\n' "$inode" >"$made.new"
mv -f "$made.new" "$made"
chmod 600 "$new"
if [ -e "$image" ] || [ -L "$image" ]; then die_taken; fi
# A hard link is never made over what is there. Where the file system knows none, mv -n looks first.
ln "$new" "$image" 2>/dev/null || mv -n "$new" "$image"
[ "$(stat -c %i "$image")" = "$inode" ] || die_taken
rm -f "$new"
