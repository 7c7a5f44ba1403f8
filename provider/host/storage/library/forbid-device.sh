# shellcheck shell=sh
# Takes away what permit-device.sh gave; device-rule.sh comes before.
if [ -f "$rule" ]; then
  rm -f "$rule" "$rule.new"
  udevadm control --reload-rules 2>/dev/null || :
fi
if [ -f "$mark/was" ]; then
  read -r was_owner was_mode <"$mark/was"
  # Somebody else's word on it stays.
  if [ -b "$image" ] && [ "$(stat -L -c '%G %a' "$image")" = "$pygrub_group 640" ]; then
    chown "$was_owner" "$image"; chmod "$was_mode" "$image"
  fi
  rm -f "$mark/was"
fi
