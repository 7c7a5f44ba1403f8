# shellcheck shell=sh
# Takes our file for udev away ($rule), which lets the boot loader read a volume or device.
if [ -f "$rule" ]; then
  rm -f "$rule" "$rule.new"
  udevadm control --reload-rules 2>/dev/null || :
fi
