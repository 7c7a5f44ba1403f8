# shellcheck shell=sh
# For judges made of Debian's packages, downloaded and unpacked, never installed; needs no root. To be sourced, with a folder in
# $draft that goes with the script.

stop() {
  echo "$*" >&2
  exit 1
}

# apt's own lists first; where they lack or are too old, lists of our own.
apt_options=
own_lists() {
  mkdir -p "$draft/lists/partial" "$draft/apt/archives/partial"
  apt_options="-o Dir::State::Lists=$draft/lists -o Dir::Cache=$draft/apt -o APT::Sandbox::User=$(id -un)"
  # shellcheck disable=SC2086 # options
  apt-get $apt_options -qq update >"$draft/log" 2>&1 || :
}

# download PACKAGE…: into $draft/packages.
download() {
  mkdir -p "$draft/packages"
  # shellcheck disable=SC2086 # options
  (cd "$draft/packages" && apt-get $apt_options -qq download "$@") >"$draft/log" 2>&1
}

# fetched COMMAND…: runs it, which downloads, and once more with our own lists where it fails.
fetched() {
  "$@" && return
  own_lists
  "$@"
}

why_not() { tail -n 1 "$draft/log" 2>/dev/null; }
