# shellcheck shell=sh
# The script for people ($snapshot_tool) lies in the folder of the claim ($snapshot_script) as long as there is a snapshot of ours; one that
# has overflowed is no way back, and is still to be removed.
snapshot_left=$(snapshot_all_ours)
if [ -n "$snapshot_left" ]; then
  install_file "$snapshot_tool" "$snapshot_script" 0755
  snapshot_left=$(snapshot_names)
  echo "snapshots of $image: $(printf '%s\n' "$snapshot_left" | tr '\n' ' ')"
  echo "to go back to one, with the guest down: sh $snapshot_script roll-back NAME"
else rm -f "$snapshot_script"
fi
