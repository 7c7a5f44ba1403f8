# shellcheck shell=sh
# Before the overlay $image of $base, a $base_format image, is made with $want bytes: $base is fit to be read by it, and from now on nothing of ours
# changes or removes it ($mark/backing says so, under the lock of claims). image-users.sh and image-overlays.sh come before.
[ -f "$base" ] || die "$base, which $image is to share, is not on the host any more. Make it first, or correct backing."
[ ! "$base" -ef "$image" ] || die "$image cannot share itself. Correct backing."
base_users=$(image_users "$base")
base_users=$(printf '%s\n' "$base_users" | awk '($1 == "guest" && $2 != 0) || $1 == "loop"')
[ -z "$base_users" ] || die "$base is in use ($base_users), and what is written to it would change every image that shares it. Shut that guest down and take the disk out of it first."
base_users=$(image_configured "$base")
[ -z "$base_users" ] || die "$base is a disk of a guest ($base_users), which would write to it. Take it out of that guest first."
base_head=$(qb_hex "$base" 0 80)
case $base_format in
  qcow2)
    case $base_head in 514649fb0000000[23]*) ;; *) die "$base is no qcow2 image of version 2 or 3. Correct the format of backing." ;; esac
    [ "$(printf '%s' "$base_head" | cut -c17-32)$(printf '%s' "$base_head" | cut -c65-72)" = 000000000000000000000000 ] ||
      die "$base has a backing file itself, or is encrypted. Share an image that stands alone."
    case $base_head in 514649fb00000003*)
      # All but "dirty", compression and extended L2 entries: data in another file, corrupt, not known here.
      [ "$((0x$(printf '%s' "$base_head" | cut -c145-160) & ~25))" = 0 ] || die "$base is marked as corrupt, has its data in another file, or features that are not known here. Share another image." ;;
    esac
    base_bytes=$((0x$(printf '%s' "$base_head" | cut -c49-64))) ;;
  *) base_bytes=$(stat -L -c %s "$base") ;;
esac
[ "$base_bytes" -le "$want" ] || die "$base has $base_bytes bytes, more than the $want of $image, whose guest would not see its end. Set a bigger sizeGiB."
note_down "$mark/backing" "$base"
