# shellcheck shell=sh
# Functions for a script over qcow2 images and their backing files; lost-mounts.sh and image-users.sh come before.
#   qcow2_backing FILE     format, a tab and name of the backing file that the head of FILE names; nothing where FILE stands alone or is no qcow2 image
#   image_overlays PATH    the images that read from PATH, a line for each: whoever writes to PATH, cuts or removes it breaks them
#   overlays_kept          of such lines those that lie in the trash, each behind the id of its entry and a blank
#   overlays_outside       of such lines the others
# Where they are looked for: the images that are claimed or in the trash, those that stored configurations name, and every file of the folders in which
# these and PATH lie. What they say is read of their heads; an image that is only being made says it in the file backing of its claim.
qb_hex() { od -An -v -tx1 -j "$2" -N "$3" "$1" 2>/dev/null | tr -d ' \n'; }
# The digits $1 of the head.
qb_part() { printf '%s' "$qb_head" | cut -c"$1"; }
# qemu's docs/interop/qcow2: name and header extensions lie in the first cluster, of 2 MiB at most; 0xe2792aca is the backing file's format.
qcow2_backing() {
  qb_head=$(qb_hex "$1" 0 104)
  case $qb_head in 514649fb????????00000000*) ;; *) return 0 ;; esac
  qb_at=$((0x$(qb_part 25-32))) qb_length=$((0x$(qb_part 33-40)))
  [ "$qb_at" -gt 0 ] && [ "$qb_at" -le 2097152 ] && [ "$qb_length" -gt 0 ] && [ "$qb_length" -le 1023 ] || return 0
  qb_next=72 qb_format=''
  case $qb_head in 514649fb00000003*) qb_next=$((0x$(qb_part 201-208))) ;; esac
  qb_tries=0
  while [ "$qb_next" -lt "$qb_at" ] && [ "$qb_tries" -lt 16 ]; do
    qb_extension=$(qb_hex "$1" "$qb_next" 8)
    case $qb_extension in ????????????????) ;; *) break ;; esac
    qb_bytes=${qb_extension#????????}
    qb_bytes=$((0x$qb_bytes))
    case $qb_extension in
      00000000*) break ;;
      e2792aca*) qb_format=$(tail -c "+$((qb_next + 9))" "$1" | head -c "$qb_bytes" | tr -cd 'a-z0-9') ;;
    esac
    qb_next=$((qb_next + 8 + (qb_bytes + 7) / 8 * 8)) qb_tries=$((qb_tries + 1))
  done
  printf '%s\t%s\n' "$qb_format" "$(tail -c "+$((qb_at + 1))" "$1" | head -c "$qb_length" | tr '\n\t' '??')"
}
# The files in which an overlay may be, each once. Not in a pipe with what may fail: there nobody sees that the host could not be asked.
io_candidates() {
  io_configured=$(configured_disks) || die "it cannot be seen which disks guests are configured with"
  {
    printf '%s\n' "$1"
    printf '%s\n' "$io_configured" | awk -F'\t' 'NF > 1 { print $2 }'
    # One in the trash comes back as it was.
    for io_kept in /var/lib/pulumi-xen/trash/*/record; do
      if [ -f "$io_kept" ]; then sed -n 's/^kept=//p' "$io_kept"; fi
    done
    for io_folder in /var/lib/pulumi-xen/disk-image/*/; do
      if [ -f "${io_folder}claim" ]; then sed -n 's/^of=//p' "${io_folder}claim"; fi
    done
  } | sort -u | while IFS= read -r io_path; do
    case $io_path in /dev/*) continue ;; /*) ;; *) continue ;; esac
    printf '%s\n%s/\n' "$io_path" "$(dirname "$io_path")"
  done | sort -u | while IFS= read -r io_path; do
    if is_lost "$io_path"; then continue; fi
    case $io_path in
      /|//) ;;
      */) for io_file in "$io_path"* "$io_path".[!.]*; do if [ -f "$io_file" ]; then printf '%s\n' "$io_file"; fi; done ;;
      *) if [ -f "$io_path" ]; then printf '%s\n' "$io_path"; fi ;;
    esac
  done | sort -u
}
# Is the image $2, named in the folder $3, the image $1?
io_is() {
  io_name=$2
  case $io_name in
    # What QEMU spells out as JSON or with a protocol may be any file that it names.
    json:*"$1"*|*:"$1") return 0 ;;
    /*) ;;
    *) io_name=$3/$io_name ;;
  esac
  [ "$io_name" = "$1" ] || { ! is_lost "$io_name" && [ "$io_name" -ef "$1" ]; }
}
# The id of the entry of the trash that keeps the file $1; nothing where none does.
io_entry() {
  for io_record in /var/lib/pulumi-xen/trash/*/record; do
    if [ -f "$io_record" ] && grep -qxF -- "kept=$1" "$io_record"; then io_record=${io_record%/record}; printf '%s' "${io_record##*/}"; return 0; fi
  done
}
# The line $2 of the record of the entry $1.
io_recorded() { sed -n "s/^$2=//p" "/var/lib/pulumi-xen/trash/$1/record" 2>/dev/null; }
# The image that the overlay $1 reads from, which its head names as $2. One in the trash names it by the path where it was: where that one is
# in the trash as well it is meant, whatever has the path by now.
io_reads() {
  io_shares=''
  case $1 in
    */.pulumi-xen-trash/*)
      io_own=$(io_entry "$1")
      if [ -n "$io_own" ]; then io_shares=$(io_recorded "$io_own" shares); fi ;;
  esac
  if [ -z "$io_shares" ]; then printf '%s\n' "$2"; return 0; fi
  io_identity=$(io_recorded "$io_own" shares-identity)
  for io_record in /var/lib/pulumi-xen/trash/*/record; do
    if grep -qxF -- "path=$io_shares" "$io_record" && grep -qxF -- "identity=$io_identity" "$io_record"; then
      sed -n 's/^kept=//p' "$io_record"
      return 0
    fi
  done
  printf '%s\n' "$io_shares"
}
# An entry that says nothing of what it shares finds it at its path alone.
io_kept_as() {
  io_id=$(io_entry "$1")
  if [ -n "$io_id" ] && [ -n "$(io_recorded "$io_id" shares)" ]; then printf '%s' "$io_id"; fi
}
overlays_kept() {
  while IFS= read -r io_one; do
    io_id=$(io_kept_as "$io_one")
    if [ -n "$io_id" ]; then printf '%s %s\n' "$io_id" "$io_one"; fi
  done
}
overlays_outside() {
  while IFS= read -r io_one; do
    io_id=$(io_kept_as "$io_one")
    if [ -z "$io_id" ] && [ -n "$io_one" ]; then printf '%s\n' "$io_one"; fi
  done
}
image_overlays() {
  io_base=$1
  io_files=$(io_candidates "$io_base") || exit 1
  {
    for io_mark in /var/lib/pulumi-xen/disk-image/*/backing; do
      [ -f "$io_mark" ] && [ -f "${io_mark%/*}/claim" ] || continue
      io_said=; { IFS= read -r io_said || :; } <"$io_mark"
      if io_is "$io_base" "$io_said" /; then sed -n 's/^of=//p' "${io_mark%/*}/claim"; fi
    done
    printf '%s\n' "$io_files" | while IFS= read -r io_file; do
      [ "$(head -c 3 "$io_file" 2>/dev/null | tr -d '\0')" = QFI ] || continue
      io_said=$(qcow2_backing "$io_file")
      [ -n "$io_said" ] || continue
      io_said=$(io_reads "$io_file" "${io_said#*"	"}")
      if io_is "$io_base" "$io_said" "$(dirname "$io_file")"; then printf '%s\n' "$io_file"; fi
    done
  } | sort -u
}
