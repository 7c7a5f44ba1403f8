# shellcheck shell=sh
# Installs the packages that are its arguments, NAME or NAME=VERSION, where they are missing; with apk.
#
# It installs all of them or none. What counts is what it has installed afterwards.
# Sets $missing to what is still to come.
find_missing() {
  missing=
  fm_names=
  for spec in "$@"; do fm_names="$fm_names ${spec%%=*}"; done
  # Without a name apk would list every package there is.
  [ -n "$fm_names" ] || return 0
  # shellcheck disable=SC2086 # names
  fm_all=$(apk --no-network list --installed $fm_names 2>/dev/null | cut -d ' ' -f 1)
  for spec in "$@"; do
    case $spec in
      *=*) printf '%s\n' "$fm_all" | grep -q -x -F -e "${spec%%=*}-${spec#*=}" || missing="$missing $spec" ;;
      *)
        fm_found=
        for fm_one in $fm_all; do
          if [ "${fm_one%-*-*}" = "$spec" ]; then fm_found=yes; fi
        done
        [ -n "$fm_found" ] || missing="$missing $spec"
        ;;
    esac
  done
}
find_missing "$@"
if [ -z "$missing" ]; then echo "all packages are there"; exit 0; fi
umask 022
# Indexes of the last hours serve as they are; where they name what is no longer to be had, they are fetched again.
for indexes in "" --update-cache; do
  echo "apk add$missing"
  # shellcheck disable=SC2086 # names and versions without blanks; an option or none
  apk --wait 600 add $indexes $missing </dev/null || echo "apk ended with $?"
  find_missing "$@"
  [ -n "$missing" ] || break
done
[ -z "$missing" ] || die "Not installed:$missing. Look at what apk says above; is the package source there, and does it have this version?"
