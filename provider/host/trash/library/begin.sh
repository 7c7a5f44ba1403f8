# shellcheck shell=sh
# A function for a script: trash_begin opens an entry of the trash for $image, whole before anything is moved. $mark is the folder of its
# claim, $trash_key that folder's name, $trash_rule its file for udev, if any; $trash_days, $trash_format, $trash_script (a file: the script for
# people). The storage has functions: trash_where sets $trash_kept, where the image lies in the trash under $trash_id, and
# $trash_identity, and of an image that shares another one $trash_shares and $trash_shares_identity; trash_holds tells whether it does.
trash_begin() {
  trash_since='' trash_owner='nobody that is written down'
  if [ -f "$mark/claim" ]; then
    while IFS= read -r trash_line; do
      case $trash_line in since=*) trash_since=${trash_line#since=} ;; owner=*) trash_owner=${trash_line#owner=} ;; esac
    done <"$mark/claim"
  fi
  trash_now=$(date +%s) trash_deleted=$(date -u +%Y-%m-%dT%H:%M:%SZ)
  # A host whose clock was lost says 1970; once it is set, the days would be over at once.
  if [ -n "$trash_since" ] && expr "$trash_deleted" \< "$trash_since" >/dev/null; then
    die "The clock of this host says $trash_deleted, which is before $image was claimed ($trash_since): the days of the trash cannot be counted. Set the clock, and run again."
  fi
  trash_until=$((trash_now + trash_days * 86400))
  trash_end=$(date -u -d "@$trash_until" +%Y-%m-%dT%H:%M:%SZ)
  # The same entry after an interruption. One that holds an image is of an earlier deletion.
  trash_id=; if [ -f "$mark/trash" ]; then { read -r trash_id || :; } <"$mark/trash"; fi
  if [ -n "$trash_id" ]; then trash_where; fi
  if [ -z "$trash_id" ] || trash_holds; then
    trash_id=
    while [ -z "$trash_id" ] || [ -e "$trash_root/$trash_id" ]; do
      { read -r trash_id </proc/sys/kernel/random/uuid; } || die "this host makes no ids: /proc/sys/kernel/random/uuid"
      trash_id=${trash_id%%-*}
    done
    note_down "$mark/trash" "$trash_id"
  fi
  trash_where
  trash_entry=$trash_root/$trash_id
  mkdir -p "$trash_root"; chmod 755 "$trash_root"
  install_file "$trash_script" "$trash_root/trash" 0755
  rm -rf "$trash_entry.new" "$trash_entry"
  mkdir "$trash_entry.new" "$trash_entry.new/claim"
  for trash_file in claim owner phase format mount promise made made-of group asked snapshots snapshots.sh; do
    if [ -f "$mark/$trash_file" ]; then cp -p "$mark/$trash_file" "$trash_entry.new/claim/"; fi
  done
  if [ -n "$trash_rule" ] && [ -f "$trash_rule" ]; then cp -p "$trash_rule" "$trash_entry.new/rule"; fi
  printf '%s\n' 'pulumi-xen trash 1' "path=$image" "format=$trash_format" "owner=$trash_owner" "deleted=$trash_deleted" "until=$trash_until" \
    "end=$trash_end" "kept=$trash_kept" "identity=$trash_identity" "mount=${trash_mount:-}" "key=$trash_key" "rule=$trash_rule" \
    ${trash_shares:+"shares=$trash_shares" "shares-identity=$trash_shares_identity"} >"$trash_entry.new/record"
  chmod 644 "$trash_entry.new/record"; sync
  mv "$trash_entry.new" "$trash_entry"
}
# What is said of an image that is in the trash now.
trash_say() {
  echo "$image is in the trash until $trash_end, as $trash_kept; it takes its space until then"
  echo "to undo this, run on the host: sh $trash_root/trash restore $trash_id"
}
