# shellcheck shell=sh
# Takes away again what start-at-boot.sh added: the services in $added, and $modules_file.
if [ -f "$added" ]; then
  while read -r service; do
    if [ -h "/etc/runlevels/default/$service" ]; then rm -f "/etc/runlevels/default/$service"; fi
  done <"$added"
  rm -f "$added"
fi
rm -f "$modules_file"
