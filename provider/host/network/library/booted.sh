# shellcheck shell=sh
# What the last boot had, while no later one has proven what was changed since. In $folder/booted: `files`, a path a line, each file
# under the number of its line unless it was not there; `links`, a line "port NAME", "bond NAME", "alias NAME" or "mtu NAME BYTES" each.
# What waits for its first boot, in $folder: expected, written, first-boot.sh. A change sets it aside, and brings it back where it is
# itself taken back.
booted_move() {
  for booted_part in first-boot.sh written expected; do
    # Where the power failed in the middle of it, the rest follows.
    [ ! -e "$1/$booted_part" ] || mv -f "$1/$booted_part" "$2/"
  done
}
booted_begin() {
  if [ -e "$folder/expected" ]; then
    mkdir -p "$folder/waiting"
    booted_move "$folder" "$folder/waiting"
  elif [ ! -e "$folder/waiting/expected" ]; then
    rm -rf "$folder/waiting" "$folder/booted"
  fi
  mkdir -p "$folder/booted"
  : >>"$folder/booted/files"
  : >>"$folder/booted/links"
}
# booted_file PATH, booted_link KIND NAME [BYTES]: the first word counts.
booted_file() {
  ! grep -qxF -- "$1" "$folder/booted/files" || return 0
  booted_number=$(wc -l <"$folder/booted/files")
  [ ! -f "$1" ] || cp -p "$1" "$folder/booted/$((booted_number + 1))"
  printf '%s\n' "$1" >>"$folder/booted/files"
}
booted_link() {
  while read -r booted_kind booted_name _; do
    [ "$booted_kind $booted_name" != "$1 $2" ] || return 0
  done <"$folder/booted/links"
  echo "$*" >>"$folder/booted/links"
}
# Adds to $ports, $bonds and $aliases what the last boot had.
booted_links() {
  while read -r booted_kind booted_name _; do
    case $booted_kind in
      port) case " $ports " in *" $booted_name "*) ;; *) ports="$ports $booted_name" ;; esac ;;
      bond) case " $bonds " in *" $booted_name "*) ;; *) bonds="$bonds $booted_name" ;; esac ;;
      alias) case " $aliases " in *" $booted_name "*) ;; *) aliases="$aliases $booted_name" ;; esac ;;
    esac
  done <"$folder/booted/links"
}
booted_restore() {
  booted_number=0
  while IFS= read -r booted_path; do
    booted_number=$((booted_number + 1))
    if [ -f "$folder/booted/$booted_number" ]; then
      cp -p "$folder/booted/$booted_number" "$booted_path.pulumi-xen" && mv -f "$booted_path.pulumi-xen" "$booted_path"
    else
      rm -f "$booted_path"
    fi
  done <"$folder/booted/files"
}
booted_mtus() {
  while read -r booted_kind booted_name booted_mtu; do
    [ "$booted_kind" = mtu ] && [ -e "/sys/class/net/$booted_name" ] || continue
    ip link set dev "$booted_name" mtu "$booted_mtu" || :
  done <"$folder/booted/links"
}
# Is there a proof that goes on?
booted_goes_on() {
  [ -e "$folder/waiting/expected" ] || return 1
  booted_move "$folder/waiting" "$folder"
  rm -rf "$folder/waiting"
}
