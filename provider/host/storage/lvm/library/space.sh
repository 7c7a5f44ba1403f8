# shellcheck shell=sh
# Functions for a script: what the thin pool of $image, or the one that is to hold it ($pool), has free, and what its volumes may still take.
# volumes.sh comes before. LVM tells what is mapped in hundredths of a percent.
# Sets $sp_free, $sp_others and $sp_own, as space.sh of files does; of a volume with extents of its own nothing is only promised.
lv_space() {
  sp_free=0 sp_others=0 sp_own=0
  lv_rows_of_space=$(lv_report lvs -a --noheadings --nosuffix --units b --separator '|' -o vg_name,lv_name,pool_lv,lv_size,data_percent) || exit 1
  # Not its draft: that one is the image.
  lv_pool=$(printf '%s\n' "$lv_rows_of_space" | awk -F'|' -v g="$lv_group" -v n="$lv_name" '$1 == g && $2 == n { print $3 }')
  lv_pool=${lv_pool:-$pool}
  if [ -z "$lv_pool" ]; then
    sp_free=$(lv_report vgs --noheadings --nosuffix --units b --separator '|' -o vg_name,vg_free | awk -F'|' -v g="$lv_group" '$1 == g { print $2 }')
    sp_free=${sp_free:-0}
    sp_own=$(printf '%s\n' "$lv_rows_of_space" | awk -F'|' -v g="$lv_group" -v n="$lv_name" '$1 == g && $2 == n { own = $4 } END { printf "%.0f", own }')
    return 0
  fi
  lv_sums=$(printf '%s\n' "$lv_rows_of_space" | awk -F'|' -v g="$lv_group" -v p="$lv_pool" -v n="$lv_name" -v d="$lv_draft" '
    $1 == g && $2 == p { free = $4 - int($4 * $5 / 100 + 1) }
    $1 == g && $3 == p {
      has = int($4 * $5 / 100)
      if ($2 == n || $2 == d) own += has
      else others += $4 - has
    }
    END { printf "%.0f %.0f %.0f", free, others, own }')
  # shellcheck disable=SC2086 # three numbers
  set -- $lv_sums
  sp_free=$1 sp_others=$2 sp_own=$3
}
# Ends the step where the pool has no room for all that is promised and $overcommits is no; $1: the bytes of the image.
lv_promise() {
  [ "$overcommits" = no ] || return 0
  lv_space
  [ "$((sp_free - sp_others))" -ge "$(($1 - sp_own))" ] ||
    die "The thin pool $lv_group/$lv_pool has $((sp_free / 1048576)) MiB free, its other volumes may still take $(((sp_others + 1048575) / 1048576)) MiB, and $image may take $((($1 - sp_own + 1048575) / 1048576)) MiB more. Extend the pool (lvextend), or set overcommit: \"allow\"."
}
