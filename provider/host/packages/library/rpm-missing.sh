# shellcheck shell=sh
# has_package SPEC: does rpm have it, NAME or NAME=VERSION? VERSION may leave out the release.
has_package() {
  hp_name=${1%%=*}
  hp_all=$(rpm -q --qf '%{VERSION}-%{RELEASE}\n' "$hp_name" 2>/dev/null) || return 1
  case $1 in *=*) ;; *) return 0 ;; esac
  for hp_one in $hp_all; do
    case $hp_one in "${1#*=}" | "${1#*=}"-*) return 0 ;; esac
  done
  return 1
}
# find_missing SPEC…: sets $missing to what is still to come, with $joint before a version as the package manager wants it.
find_missing() {
  missing=
  for spec in "$@"; do
    if ! has_package "$spec"; then
      case $spec in *=*) missing="$missing ${spec%%=*}$joint${spec#*=}" ;; *) missing="$missing $spec" ;; esac
    fi
  done
}
