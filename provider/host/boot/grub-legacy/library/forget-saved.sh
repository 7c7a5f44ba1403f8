# shellcheck shell=sh
# Removes the file that a trial made for `default saved` (arm-trial.sh), unless the menu reads it: then it is somebody's. write-menu.sh comes before.
if find_menu && grep -q '^# Written by pulumi-xen (XenHost)' "$menu_default" 2>/dev/null && ! grep -q '^[[:space:]]*default[ =][[:space:]]*saved' "$menu"; then
  rm -f "$menu_default"
fi
