# shellcheck shell=sh
# Says whether $pygrub_group may read $image, now and after a boot; a host without that group has no boot loader that needs it. device-rule.sh comes before.
permitted=no
if [ -b "$image" ]; then
  if ! has_group; then permitted=unneeded
  elif [ "$(stat -L -c %G "$image")" = "$pygrub_group" ]; then
    if ! has_udev || { [ -f "$rule" ] && [ "$(cat "$rule")" = "$(device_rule)" ]; }; then permitted=yes; fi
  elif [ -f "$rule" ]; then permitted=part
  fi
fi
say permitted "$permitted"
