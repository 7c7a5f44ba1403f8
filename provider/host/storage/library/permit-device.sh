# shellcheck shell=sh
# Lets $pygrub_group read the device $image; what it was before stands in $mark/was. Nothing is written to the device. device-rule.sh comes before.
[ -b "$image" ] || die "$image is no block device any more; nothing was touched."
if has_group; then
  if [ ! -f "$mark/was" ]; then
    note_down "$mark/was" "$(stat -L -c '%u:%g %a' "$image")"
  fi
  if has_udev; then
    device_rule >"$rule.new"
    replace_whole "$rule" 644
    udevadm control --reload-rules 2>/dev/null || :
  fi
  chgrp "$pygrub_group" "$image"; chmod 640 "$image"
else echo "note: the host has no group $pygrub_group, so no boot loader without privileges needs to read $image"
fi
