# shellcheck shell=sh
# For judges made of Debian's packages, downloaded and unpacked, never installed; needs no root. To be sourced, with the path of
# this file in $packages_script.

# begin NAME FILE…: where the judge is made of just these files already, prints its folder and ends. Else $draft, a folder that
# goes with the script, until `finish` makes it the judge's.
begin() {
  cache="${XDG_CACHE_HOME:-$HOME/.cache}/pulumi-xen/$1"
  shift
  place="$cache/$(cat "$packages_script" "$@" | cksum | cut -d' ' -f1)"
  if [ -e "$place/done" ]; then
    echo "$place"
    exit
  fi
  mkdir -p "$cache"
  draft=$(mktemp -d "$cache/draft.XXXXXX")
  trap 'rm -rf "$draft"' EXIT
  trap 'exit 1' HUP INT TERM
}

stop() {
  echo "$*" >&2
  exit 1
}

# need PROGRAM…
need() {
  for program; do
    command -v "$program" >/dev/null 2>&1 || stop "there is no $program on this machine"
  done
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

# unpack: what was downloaded, into $draft/root.
unpack() {
  for package in "$draft"/packages/*.deb; do
    dpkg-deb -x "$package" "$draft/root"
  done
}

# with_service SERVICE.sh: a stand-in for the service manager that knows this one, and a bus.
with_service() {
  install -m 755 "$here/../systemctl.sh" "$draft/root/usr/bin/systemctl"
  install -m 644 "$1" "$draft/root/usr/lib/pulumi-xen-judge-service.sh"
  install -m 644 "$here/../bus.conf" "$draft/root/usr/lib/pulumi-xen-judge-bus.conf"
  # It then takes the host for a container, whose links no udev announces.
  : >"$draft/read-only-sys"
}

# unite_folders ROOT: on a machine whose /sbin is a link, a folder of that name would hide it. Debian 13's packages bring the links.
unite_folders() {
  for folder in bin sbin lib lib64; do
    [ -d "$1/$folder" ] && [ ! -L "$1/$folder" ] || continue
    mkdir -p "$1/usr/$folder"
    cp -a "$1/$folder/." "$1/usr/$folder/"
    rm -rf "${1:?}/$folder"
  done
}

why_not() { tail -n 1 "$draft/log" 2>/dev/null; }

# Makes the draft the judge's folder, and prints that.
finish() {
  rm -rf "$draft/packages" "$draft/lists" "$draft/apt" "$draft/log"
  : >"$draft/done"
  # Another build may have been faster.
  mv -T "$draft" "$place" 2>/dev/null || [ -e "$place/done" ]
  echo "$place"
}
