# shellcheck shell=sh
# Lets the group $pygrub_group read the volume of $image where the host has that group, now and after each boot: a device's group is what
# udev says, at each change of it. $rule is our file for udev. same-volume.sh comes before.
if grep -q "^$pygrub_group:" /etc/group 2>/dev/null; then
  if [ -d "${rule%/*}" ]; then
    lv_dm=LVM-$(printf '%s%s' "$(lv_field "$lv_name" 2)" "$lv_uuid" | tr -d -)
    {
      echo "# Written by pulumi-xen (DiskImage $image): the boot loader without privileges reads it."
      echo "ENV{DM_UUID}==\"$lv_dm\", GROUP=\"$pygrub_group\", MODE=\"0640\""
    } >"$rule.new"
    replace_whole "$rule" 644
    udevadm control --reload-rules 2>/dev/null || :
  fi
  chgrp "$pygrub_group" "$image"; chmod 640 "$image"
else rm -f "$rule"
fi
