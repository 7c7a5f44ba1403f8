# shellcheck shell=sh
# Lets the group $pygrub_group read $image where the host has that group, and says which folder above is closed to others.
# shellcheck disable=SC2012 # the mode of one folder, which find does not tell alike on GNU and busybox
if grep -q "^$pygrub_group:" /etc/group 2>/dev/null; then
  # A share may make root nobody, who can give a file to no group. The guest that needs it says so.
  if chgrp "$pygrub_group" "$image" 2>/dev/null; then chmod 640 "$image"
  else
    chmod 600 "$image"
    echo "note: the file system of $image lets root change no group (an NFS share without no_root_squash?), so a boot loader without privileges cannot read the image"
  fi
else
  chmod 600 "$image"
fi
folder=$(dirname "$image")
while [ "$folder" != / ]; do
  case $(ls -ld -- "$folder" | cut -c10) in
    x|t) ;;
    *) echo "note: $folder is closed to others, so a boot loader without privileges cannot read the image (chmod o+x $folder)" ;;
  esac
  folder=$(dirname "$folder")
done
