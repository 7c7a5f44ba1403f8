# shellcheck shell=sh
# Lets the group $pygrub_group read $image where the host has that group, and says which folder above is closed to others.
# shellcheck disable=SC2012 # the mode of one folder, which find does not tell alike on GNU and busybox
if grep -q "^$pygrub_group:" /etc/group 2>/dev/null; then
  chgrp "$pygrub_group" "$image"; chmod 640 "$image"
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
