# shellcheck shell=sh
# builder_of ID: the number of the xl that is creating the domain: it has the log of its boot loader open (seen on 4.17).
builder_of() {
  for bo_process in /proc/[0-9]*; do
    bo_name=; { read -r bo_name <"$bo_process/comm"; } 2>/dev/null || continue
    [ "$bo_name" = xl ] || continue
    # Only the names of links.
    # shellcheck disable=SC2010
    if ls -l "$bo_process/fd" 2>/dev/null | grep -q "/bootloader\.$1\."; then printf '%s\n' "${bo_process#/proc/}"; return 0; fi
  done
}
