# shellcheck shell=sh
# builder_of ID: the number of the process that is creating the domain: an xl that has the log of its boot loader open (seen on
# 4.17), or the helper of libxl that restores or receives one, which does not tell which.
builder_of() {
  for bo_process in /proc/[0-9]*; do
    bo_name=; { read -r bo_name <"$bo_process/comm"; } 2>/dev/null || continue
    case $bo_name in
      xl)
        # Only the names of links.
        # shellcheck disable=SC2010
        ls -l "$bo_process/fd" 2>/dev/null | grep -q "/bootloader\.$1\." || continue ;;
      libxl-save-help*) ;;
      *) continue ;;
    esac
    printf '%s\n' "${bo_process#/proc/}"
    return 0
  done
}
