# shellcheck shell=sh
# Functions for a script: room in the file system of an image, and blocks for all of it ($1, how: falloc or full).
# A file system that is full, even for a moment, gives errors to the guests of all the other images in it: so the room is looked at first.
room_for() { # FOLDER BYTES WHAT
  rf_free=$(df -Pk "$1" | tail -n 1 | awk '{ print $4 }')
  [ "$((rf_free * 1024))" -ge "$(($2 + 1048576))" ] ||
    die "$1 has $((rf_free / 1024)) MiB free, and $3 takes $((($2 + 1048575) / 1048576)) MiB. Free some space, or choose another path."
}
# Blocks without content, which read as zeros, from the byte $2 on, $3 of them, in the file $4, whose content stays.
lay_out_falloc() {
  lo_said=$(fallocate -o "$1" -l "$2" "$3" 2>&1) ||
    case $lo_said in
      *"not supported"*|*"not implemented"*|"") die "The file system of $3 gives out no blocks unwritten. Set preallocation to \"full\", or leave it out." ;;
      *) die "$3 did not get its blocks: $lo_said" ;;
    esac
}
# All of the new file $2, holes included; nobody else has it open.
lay_out() {
  lo_bytes=$(stat -c %s "$2")
  lo_has=$(($(stat -c '%b * %B' "$2")))
  room_for "$(dirname "$2")" "$((lo_bytes - lo_has))" "$2"
  case $1 in
    falloc) lay_out_falloc 0 "$lo_bytes" "$2" ;;
    # What it holds is written over itself, in its place; what a hole holds is zeros.
    full) dd if="$2" of="$2" bs=1048576 conv=notrunc 2>/dev/null || die "$2 could not be written whole." ;;
  esac
}
# The file $2, which a guest may use, becomes $3 bytes long. What an ended step has appended stays, and counts.
lay_out_more() {
  lo_bytes=$(stat -L -c %s "$2")
  room_for "$(dirname "$2")" "$(($3 - lo_bytes))" "what $2 grows by"
  case $1 in
    falloc) lay_out_falloc "$lo_bytes" "$(($3 - lo_bytes))" "$2" ;;
    full) head -c "$(($3 - lo_bytes))" /dev/zero >>"$2" ;;
  esac
}
