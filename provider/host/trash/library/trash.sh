# shellcheck shell=sh
# The trash of deleted disk images, for people: lies on the host as $trash_root/trash. Before it come the preamble, image-users.sh, image-overlays.sh, and
# functions trash_lock, forget_folders, same_image and no_daily; $trash_images is the folder of the claims, $made_folders the list of folders that we made.
trash_usage() {
  cat <<USAGE
The trash of deleted disk images of this host.
  sh $trash_root/trash list                 what is in it, how much space it takes, and until when
  sh $trash_root/trash restore ID or PATH   puts a deleted image back where it was
  sh $trash_root/trash remove ID            removes an image for good, now
  sh $trash_root/trash empty                removes for good what has been kept for its days; runs once a day
USAGE
}
# The record of the entry $1 as variables.
trash_read() {
  trash_id=$1 trash_entry=$trash_root/$1
  path='' format='' owner='' deleted='' until='' end='' kept='' identity='' mount='' key='' rule=''
  [ -f "$trash_entry/record" ] || return 1
  while IFS= read -r trash_line; do
    case $trash_line in
      path=*) path=${trash_line#*=} ;; format=*) format=${trash_line#*=} ;; owner=*) owner=${trash_line#*=} ;;
      deleted=*) deleted=${trash_line#*=} ;; until=*) until=${trash_line#*=} ;; end=*) end=${trash_line#*=} ;;
      kept=*) kept=${trash_line#*=} ;; identity=*) identity=${trash_line#*=} ;; mount=*) mount=${trash_line#*=} ;;
      key=*) key=${trash_line#*=} ;; rule=*) rule=${trash_line#*=} ;;
    esac
  done <"$trash_entry/record"
  for trash_each in "$kept" "$identity" "$key" "$until"; do
    [ -n "$trash_each" ] || die "$trash_entry/record is broken; nothing was touched."
  done
  image=$path
  if [ "$format" = lvm ]; then trash_volume; fi
}
trash_entries() {
  for trash_each in "$trash_root"/*/record; do
    if [ -f "$trash_each" ]; then trash_each=${trash_each%/record}; printf '%s\n' "${trash_each##*/}"; fi
  done
}
# Where the image of the entry is: "kept" in the trash, "back" at its path, "hidden" where that cannot be seen now, or "gone".
trash_state() {
  if [ "$format" = lvm ]; then
    lv_seen=$(lv_volumes) || exit 1
    case $(printf '%s\n' "$lv_seen" | awk -F'|' -v u="$identity" '$1 == u { print $3 "/" $4 }') in
      "$kept") echo kept ;;
      "${path#/dev/}") echo back ;;
      '')
        lv_group_rows=$(lv_groups) || exit 1
        # LVM lists no volume of an exported group, and not all of one whose disks are missing.
        case $(printf '%s\n' "$lv_group_rows" | awk -F'|' -v g="$lv_group" '$2 == g { print $3 }') in
          ''|??x*|???p*) echo hidden ;;
          *) echo gone ;;
        esac ;;
      *) echo renamed ;;
    esac
  elif [ -f "$kept" ]; then
    if [ "$(stat -c %i "$kept")" = "$identity" ]; then echo kept; else echo another; fi
  elif [ -f "$path" ] && [ "$(stat -c %i "$path")" = "$identity" ]; then echo back
  else
    trash_folder=${path%/*}/
    while [ ! -d "$trash_folder" ]; do trash_folder=$(dirname "$trash_folder"); done
    if [ "$(df -Pk "$trash_folder" | tail -n 1 | awk '{ print $6 }')" = "$mount" ]; then echo gone; else echo hidden; fi
  fi
}
trash_mebibytes() {
  if [ "$format" = lvm ]; then
    lvs --noheadings --nosuffix --units m -o lv_size "$kept" 2>/dev/null </dev/null | awk '{ printf "%d", $1 }'
  else du -k "$kept" 2>/dev/null | awk '{ printf "%d", $1 / 1024 }'
  fi
}
trash_list() {
  trash_all=0 trash_count=0
  for trash_one in $(trash_entries); do
    trash_read "$trash_one"
    trash_is=$(trash_state)
    trash_size=0; if [ "$trash_is" = kept ]; then trash_size=$(trash_mebibytes); fi
    trash_all=$((trash_all + ${trash_size:-0})) trash_count=$((trash_count + 1))
    printf '%s  %s  %s MiB  deleted %s  kept until %s  was %s' "$trash_id" "$path" "${trash_size:-?}" "$deleted" "$end" "$owner"
    case $trash_is in
      kept) echo ;;
      hidden) echo "  (out of sight: its file system or volume group is not here now)" ;;
      back) echo "  (at its path)" ;;
      *) echo "  ($trash_is)" ;;
    esac
  done
  echo "$trash_count in the trash, $trash_all MiB"
}
trash_forget() {
  rm -rf "$trash_entry"
  if [ "$format" != lvm ]; then
    rmdir "${kept%/*}" 2>/dev/null || :
    rmdir "${path%/*}/.pulumi-xen-trash" 2>/dev/null || :
    forget_folders
  fi
}
# Nothing of ours stays on the host for an empty trash.
trash_close() {
  if [ -n "$(trash_entries)" ]; then return 0; fi
  no_daily
  rm -f "$trash_root/trash"; rmdir "$trash_root" 2>/dev/null || :
  if ! ls -d "$trash_images"/*/ >/dev/null 2>&1; then rm -f "$made_folders"; rmdir "$trash_images" "${trash_root%/*}" 2>/dev/null || :; fi
}
# Why the image in the trash must not be removed now; empty where it may.
trash_holds_on() {
  trash_device=$kept; if [ "$format" = lvm ]; then trash_device=/dev/$kept; fi
  trash_users=$(image_users "$trash_device") || exit 1
  trash_configured=$(image_configured "$trash_device") || exit 1
  if [ -n "$trash_users$trash_configured" ]; then echo "it is used ($trash_users$trash_configured)"; return 0; fi
  # Others in the trash that share it, and images that name it by the path where it was, which another one may have by now.
  trash_shared=$(image_overlays "$trash_device") || exit 1
  if [ -z "$trash_shared" ] && [ ! -e "$path" ]; then trash_shared=$(image_overlays "$path") || exit 1; fi
  if [ -n "$trash_shared" ]; then echo "it is shared by $(printf %s "$trash_shared" | tr '\n' ' ')"; return 0; fi
  if [ "$format" != lvm ]; then return 0; fi
  lv_foreign=$(lv_foreign_snapshots "${kept#*/}")
  if [ -n "$lv_foreign" ]; then echo "it has a snapshot that is not ours ($lv_foreign)"; return 0; fi
  case $(lv_field "${kept#*/}" 5) in ?????o*) echo "it is open (lsof, dmsetup ls --tree)" ;; esac
}
# Removes the image of the entry that was read, for good.
trash_remove() {
  # No failure ends a function whose code is asked for: each is looked at.
  trash_is=$(trash_state) || return 1
  case $trash_is in
    kept) ;;
    back) echo "$path is at its path: only the entry $trash_id is removed"; trash_forget; return 0 ;;
    gone) echo "$kept is gone: the entry $trash_id is removed"; trash_forget; return 0 ;;
    hidden) echo "$kept cannot be seen: its file system or volume group is not here now; nothing is removed"; return 1 ;;
    *) echo "$kept is not what was deleted ($trash_is); nothing is removed"; return 1 ;;
  esac
  if [ "$format" = lvm ]; then lv_seen=$(lv_volumes) || return 1; fi
  trash_why=$(trash_holds_on) || return 1
  if [ -n "$trash_why" ]; then echo "$kept stays: $trash_why"; return 1; fi
  if [ "$format" = lvm ]; then
    for lv_snapshot in $(lv_own_snapshots "${kept#*/}"); do lvremove -f -y "$lv_group/$lv_snapshot" </dev/null || return 1; done
    lvremove -f -y "$kept" </dev/null || return 1
  else rm -f "$kept" || return 1
  fi
  echo "$path (deleted $deleted) is removed for good"
  trash_forget
}
# Those that share another image before those that they may share.
trash_in_order() {
  trash_last=
  for trash_one in $(trash_entries); do
    if ! trash_read "$trash_one"; then continue; fi
    if [ "$format" = qcow2 ] && [ -n "$(qcow2_backing "$kept")" ]; then printf '%s\n' "$trash_one"; else trash_last="$trash_last $trash_one"; fi
  done
  printf '%s\n' "$trash_last"
}
trash_empty() {
  trash_code=0
  trash_ordered=$(trash_in_order)
  for trash_one in $trash_ordered; do
    trash_read "$trash_one"
    if [ "$(date +%s)" -lt "$until" ]; then continue; fi
    trash_remove || trash_code=1
  done
  trash_close
  return "$trash_code"
}
# The entry that people mean by $1.
trash_find() {
  case $1 in
    /*)
      trash_found=''
      for trash_one in $(trash_entries); do
        trash_read "$trash_one"
        if [ "$path" = "$1" ]; then trash_found="$trash_found $trash_one"; fi
      done
      # Words.
      # shellcheck disable=SC2086
      set -- $trash_found
      [ $# -gt 0 ] || die "No image of that path is in the trash. What is in it: sh $trash_root/trash list"
      [ $# -eq 1 ] || die "Several images of that path are in the trash:$trash_found. Name one of them; which is which: sh $trash_root/trash list" ;;
    *[!0-9a-f]*|'') trash_usage; exit 2 ;;
  esac
  trash_read "$1" || die "There is no $1 in the trash. What is in it: sh $trash_root/trash list"
}
# Once the image is back, its claim; a kill between them leaves an image that nobody takes over by mistake, and the next run goes on.
trash_restore() {
  trash_claim=$trash_images/$key
  trash_was=$(sed -n 's/^id=//p' "$trash_entry/claim/claim" 2>/dev/null || :)
  if [ -d "$trash_claim" ] && { [ -z "$trash_was" ] || ! grep -qxF "id=$trash_was" "$trash_claim/claim" 2>/dev/null; }; then
    die "$path is claimed by another now ($(sed -n 's/^owner=//p' "$trash_claim/claim" 2>/dev/null || :)): nothing was touched. Delete or rename that first, or take the image out of the trash by hand: it is $kept."
  fi
  trash_is=$(trash_state)
  case $trash_is in
    kept)
      trash_taken=; if [ "$format" = lvm ]; then lv_seen=$(lv_volumes); trash_taken=$(lv_field "$lv_name" 1); fi
      if [ -n "$trash_taken" ] || [ -e "$path" ] || [ -L "$path" ]; then
        die "Something else is at $path now: nothing was touched. Move it away first, or take the image out of the trash by hand: it is $kept."
      fi
      claim_of=$path claim_folder=$trash_claim
      ( same_image )
      trash_shares
      trash_back ;;
    back) echo "$path is there already" ;;
    hidden) die "$kept cannot be seen: its file system or volume group is not here now. Mount or import it, and run again." ;;
    gone) die "$kept is gone: somebody has removed it." ;;
    *) die "$kept is not what was deleted ($trash_is); nothing was touched." ;;
  esac
  if [ ! -d "$trash_claim" ] && [ -d "$trash_entry/claim" ]; then
    mkdir -p "$trash_images"; chmod 755 "$trash_images"
    rm -rf "$trash_claim.new"; cp -pR "$trash_entry/claim" "$trash_claim.new"; chmod 755 "$trash_claim.new"; sync
    mv "$trash_claim.new" "$trash_claim"
  fi
  echo "$path is back, as it was when it was deleted ($deleted); $owner may take it over"
  trash_forget
  trash_close
}
# What it shares has to be there before it: what another image of that path holds would be nonsense to it.
trash_shares() {
  if [ "$format" != qcow2 ]; then return 0; fi
  trash_backing=$(qcow2_backing "$kept")
  if [ -z "$trash_backing" ]; then return 0; fi
  trash_base=$(io_reads "$kept" "${trash_backing#*"	"}")
  trash_base_id=$(io_entry "$trash_base")
  [ -z "$trash_base_id" ] ||
    die "$path shares ${trash_backing#*"	"}, which is in the trash too: nothing was touched. Restore that first (sh $trash_root/trash restore $trash_base_id), and run again."
  if [ ! -e "$trash_base" ]; then echo "note: $trash_base, which it shares, is not on the host: without that it holds only what differs"
  elif [ "$(stat -L -c %i "$trash_base")" != "$(io_recorded "$trash_id" shares-identity)" ]; then
    echo "note: $trash_base is another file than the one that it shared: where that holds something else, a guest of it finds nonsense"
  fi
}
trash_back() {
  if [ "$format" != lvm ]; then
    # Never over what is there.
    { ln "$kept" "$path" 2>/dev/null && rm -f "$kept"; } || mv -n "$kept" "$path"
    [ "$(stat -c %i "$path")" = "$identity" ] || die "Something else took $path a moment ago; the image is still $kept."
    return 0
  fi
  # Before it has its name, so that udev knows who may read it.
  if [ -n "$rule" ] && [ -f "$trash_entry/rule" ]; then cp -p "$trash_entry/rule" "$rule"; udevadm control --reload-rules 2>/dev/null || :; fi
  lvrename "$lv_group" "${kept#*/}" "$lv_name" </dev/null
  lv_seen=$(lv_volumes)
  [ "$(lv_field "$lv_name" 1)" = "$identity" ] || die "$kept could not be renamed to $path."
  for lv_snapshot in $(lv_own_snapshots "$lv_name"); do
    case $lv_snapshot in "${kept#*/}".snap-*) lvrename "$lv_group" "$lv_snapshot" "$lv_name.snap-${lv_snapshot#"${kept#*/}".snap-}" </dev/null ;; esac
  done
  lvchange --deltag pulumi-xen-trash "$lv_group/$lv_name" </dev/null >/dev/null
}
case ${1:-} in
  list) trash_list ;;
  restore) [ $# -eq 2 ] || { trash_usage; exit 2; }; trash_lock; trash_find "$2"; trash_restore ;;
  remove)
    [ $# -eq 2 ] || { trash_usage; exit 2; }
    case $2 in /*) die "Say which by its id: it is removed for good. What is in the trash: sh $trash_root/trash list" ;; esac
    trash_lock; trash_find "$2"; trash_remove; trash_close ;;
  empty) trash_lock; trash_empty ;;
  *) trash_usage; exit 2 ;;
esac
