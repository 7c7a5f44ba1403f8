# shellcheck shell=sh
# Says what LVM knows of $image; $mark is the folder of its claim. volumes.sh comes before.
if command -v lvs >/dev/null 2>&1 && command -v vgs >/dev/null 2>&1; then
  lv_made=; if [ -f "$mark/made" ]; then { read -r lv_made || :; } <"$mark/made"; fi
  say lvm yes
  lv_seen=$(lv_groups) || exit 1
  say lvm.groups "$(printf '%s\n' "$lv_seen" | awk -F'|' -v g="$lv_group" '$2 == g')"
  lv_seen=$(lv_volumes) || exit 1
  # The volumes of the group that matter here, and ours wherever it is.
  say lvm.volumes "$(printf '%s\n' "$lv_seen" | awk -F'|' -v g="$lv_group" -v n="$lv_name" -v u="$lv_made" \
    '(u != "" && $1 == u) || ($3 == g && ($4 == n || $4 == n ".pulumi-xen-new" || $6 == n || $5 ~ /^t/))')"
else say lvm no
fi
say_file group "$mark/group"
say_file asked "$mark/asked"
