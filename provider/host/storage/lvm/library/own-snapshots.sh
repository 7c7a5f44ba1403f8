# shellcheck shell=sh
# Functions for a script: the names of the snapshots of the volume $1 of the group of $image, ours and others'. volumes.sh comes before, with
# $lv_seen. Ours have a tag, under whatever name.
lv_own_snapshots() {
  printf '%s\n' "$lv_seen" | awk -F'|' -v g="$lv_group" -v n="$1" '$3 == g && $6 == n && index("," $8 ",", ",pulumi-xen-snapshot,") { print $4 }'
}
lv_foreign_snapshots() {
  printf '%s\n' "$lv_seen" | awk -F'|' -v g="$lv_group" -v n="$1" '$3 == g && $6 == n && !index("," $8 ",", ",pulumi-xen-snapshot,") { printf "%s%s", sep, $4; sep = ", " }'
}
