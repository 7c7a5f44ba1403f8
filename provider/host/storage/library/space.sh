# shellcheck shell=sh
# Functions for a script: what a file system has free, and what the image files in it may still take. image-users.sh comes before.
# Counted are the images that are claimed and those that stored configurations of guests name; what is promised to one that is being made
# stands in the file promise of its claim. Of a file that nobody of us made its head says the size: more than its length only of a qcow2 image.

# Of each file or promised file: device, inode or path, the bytes that it may become, those that it has.
space_images() {
  {
    for sp_folder in /var/lib/pulumi-xen/disk-image/*/; do
      [ -f "${sp_folder}claim" ] || continue
      sp_of='' sp_promise=0
      while IFS= read -r sp_line; do
        case $sp_line in of=*) sp_of=${sp_line#of=} ;; esac
      done <"${sp_folder}claim"
      if [ -f "${sp_folder}promise" ]; then { read -r sp_promise || :; } <"${sp_folder}promise"; fi
      printf '%s\t%s\n' "$sp_promise" "$sp_of"
      # Of one that is on its way to another path, also what it may become there.
      if [ -f "${sp_folder}moving" ] && [ -f "${sp_folder}target/promise" ]; then
        { read -r sp_promise || :; } <"${sp_folder}target/promise"
        printf '%s\t%s\n' "$sp_promise" "$(sed -n 's/^to=//p' "${sp_folder}moving")"
      fi
    done
    sp_configured=$(configured_disks) || die "it cannot be seen which disks guests are configured with"
    printf '%s\n' "$sp_configured" | awk -F'\t' 'NF > 1 { print "0\t" $2 }'
  } | while IFS='	' read -r sp_promise sp_path; do
    if is_lost "$sp_path"; then continue; fi
    if [ -f "$sp_path" ]; then
      sp_stat=$(stat -L -c '%d %i %s %b %B' "$sp_path") || continue
      # shellcheck disable=SC2086 # five numbers
      set -- $sp_stat
      sp_becomes=$3
      sp_head=$(od -An -v -tx1 -N 32 "$sp_path" | tr -d ' \n')
      case $sp_head in
        514649fb????????????????????????????????????????0000*) sp_becomes=$((0x$(printf '%s' "$sp_head" | cut -c49-64))) ;;
      esac
      # What its guest may write at its beginning is no matter where we know the size.
      if [ "$sp_promise" -gt 0 ]; then sp_becomes=$sp_promise; fi
      printf '%s %s %s %s\n' "$1" "$2" "$sp_becomes" "$(($4 * $5))"
    elif [ "$sp_promise" -gt 0 ] && [ ! -e "$sp_path" ]; then
      sp_above=$(dirname "$sp_path")
      while [ ! -d "$sp_above" ]; do sp_above=$(dirname "$sp_above"); done
      printf '%s %s %s 0\n' "$(stat -L -c %d "$sp_above")" "$sp_path" "$sp_promise"
    fi
  done
}

# Sets $sp_free, $sp_others (what other images of the file system of the folder $1 may still take) and $sp_own (what the image $2 has).
space_beside() {
  sp_free=$(df -Pk "$1" | tail -n 1 | awk '{ printf "%.0f", $4 * 1024 }')
  sp_own=0 sp_key=$2
  if [ -f "$2" ]; then
    sp_key=$(stat -L -c %i "$2")
    sp_own=$(($(stat -L -c '%b * %B' "$2")))
  fi
  sp_all=$(space_images)
  sp_others=$(printf '%s\n' "$sp_all" | awk -v device="$(stat -L -c %d "$1")" -v own="$sp_key" \
    '$1 == device && $2 != own && !seen[$2]++ && $3 > $4 { sum += $3 - $4 } END { printf "%.0f", sum }')
}
