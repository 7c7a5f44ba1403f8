# shellcheck shell=sh
# Functions over what an image is by its path, a file (file_…) or a logical volume (volume_…): what it is known by, what is written to it,
# its name, its end. volumes.sh comes before (lvm/library), and move_absent PATH, which ends the script unless nothing is there.
# A function that is called as a condition does not end the script by itself, so each of them looks at what it calls.

# Its inode; nothing where nothing has that name. Of a symbolic link its own: that is never an image of ours.
file_id() {
  if [ -e "$1" ] || [ -L "$1" ]; then stat -c %i -- "$1"; else move_absent "$1"; fi
}
volume_id() {
  volume_rows=$(lv_volumes) || exit 1
  printf '%s\n' "$volume_rows" | awk -F'|' -v p="${1#/dev/}" '($3 "/" $4) == p { print $1 }'
}

# Another text after each write. Of a volume what the kernel has counted since it became active: a guest's writes pass no cache.
file_state() { stat -c '%s %Y %y' -- "$1"; }
volume_state() {
  volume_node=$(stat -L -c '%t:%T' -- "$1") || exit 1
  awk '{ print $5, $7 }' "/sys/dev/block/$((0x${volume_node%%:*})):$((0x${volume_node##*:}))/stat"
}

# Who has it open besides those that image_users tells: a mount, something that is stacked on it.
file_held() { :; }
volume_held() {
  volume_rows=$(lv_volumes) || exit 1
  printf '%s\n' "$volume_rows" | awk -F'|' -v p="${1#/dev/}" '($3 "/" $4) == p && substr($5, 6, 1) == "o" { print "it is open (lsof, dmsetup ls --tree)" }'
}

# file_name FROM TO ID: what is known by ID has the name TO afterwards, and not the name FROM. Both are in one folder, or one is a hard
# link of the other; only onto nothing.
file_name() {
  file_is=$(file_id "$2") || exit 1
  # A hard link is never made over what is there. Where the file system knows none, mv -n looks first.
  if [ -z "$file_is" ]; then ln -- "$1" "$2" 2>/dev/null || mv -n -- "$1" "$2"; file_is=$(file_id "$2") || exit 1; fi
  [ "$file_is" = "$3" ] || die "$2 was made by somebody else a moment ago, so it is left alone; ${1} is as it was. Remove it, or choose another path, and run again."
  # On the disk before the record says so: after a power failure the image has one of the two names.
  sync "$(dirname "$2")" 2>/dev/null || sync
  if [ "$1" -ef "$2" ]; then rm -f -- "$1"; fi
}
volume_name() {
  volume_is=$(volume_id "$2") || exit 1
  # LVM gives no name that a volume has already.
  if [ -z "$volume_is" ]; then
    volume_group=${1#/dev/}
    lvrename "${volume_group%%/*}" "${1##*/}" "${2##*/}" </dev/null || :
    volume_is=$(volume_id "$2") || exit 1
  fi
  [ "$volume_is" = "$3" ] || die "$2 was made by somebody else a moment ago, so it is left alone; $1 is as it was. Remove it, or choose another path, and run again."
  lv_await "$2"
}

# Its own snapshots, whose names begin with its name: those of FROM are those of TO afterwards. file_snapshots_name FROM TO
file_snapshots_name() { sync "$(dirname "$2")" 2>/dev/null || sync; }
volume_snapshots_name() {
  volume_rows=$(lv_volumes) || exit 1
  volume_group=${2#/dev/}; volume_group=${volume_group%%/*}
  volume_named=$(printf '%s\n' "$volume_rows" | awk -F'|' -v g="$volume_group" -v n="${2##*/}" -v f="${1##*/}.snap-" \
    '$3 == g && $6 == n && index("," $8 ",", ",pulumi-xen-snapshot,") && index($4, f) == 1 { print substr($4, length(f) + 1) }')
  for volume_each in $volume_named; do
    lvrename "$volume_group" "${1##*/}.snap-$volume_each" "${2##*/}.snap-$volume_each" </dev/null || exit 1
  done
}
# What is read from it, and goes with it or is broken: a copy cannot take it along.
file_snapshots() { :; }
volume_snapshots() {
  volume_rows=$(lv_volumes) || exit 1
  printf '%s\n' "$volume_rows" | awk -F'|' -v p="${1#/dev/}" '{ split(p, a, "/") } $3 == a[1] && $6 == a[2] { printf "%s%s/%s", sep, $3, $4; sep = " " }'
}

file_remove() { rm -f -- "$1"; }
volume_remove() { lvremove -f -y "${1#/dev/}" </dev/null; }

# What is left of the making of a copy.
file_draft_remove() { rm -f -- "$1.pulumi-xen-new"; }
volume_draft_remove() {
  volume_rows=$(lv_volumes) || exit 1
  case ,$(printf '%s\n' "$volume_rows" | awk -F'|' -v p="${1#/dev/}.pulumi-xen-new" '($3 "/" $4) == p { print $8 }'), in
    *,pulumi-xen,*) lvremove -f -y "${1#/dev/}.pulumi-xen-new" </dev/null ;;
  esac
}

# Until it is on the disk, and read from there again: a pool that is full, or a bad sector, shows itself only then.
file_on_disk() {
  dd if=/dev/null of="$1" conv=notrunc,fsync 2>/dev/null || sync
  dd if="$1" iflag=nocache count=0 of=/dev/null 2>/dev/null || :
}
volume_on_disk() {
  dd if=/dev/null of="$1" conv=notrunc,fsync 2>/dev/null || sync
  blockdev --flushbufs "$1"
}
