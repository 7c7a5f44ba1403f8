# shellcheck shell=sh
# Installs the packages that are its arguments, NAME or NAME=VERSION, where they are missing; with apt, on a Debian.
#
# Lists of today serve as they are: to renew and read them takes 10 s in the lab.
# Translations of descriptions are two fifths of the lists, and nobody reads them here.
# A failed "update" is not the end: one broken foreign source must not stop us where the lists at hand suffice.
# Lock::Timeout waits for unattended upgrades. confold: files the administrator has edited stay as they are.
missing=
for spec in "$@"; do
  name=${spec%%=*}
  have=$(dpkg-query -W -f '${db:Status-Status} ${Version}' "$name" 2>/dev/null || :)
  case $spec in
    *=*) [ "$have" = "installed ${spec#*=}" ] || missing="$missing $spec" ;;
    *) case $have in "installed "*) ;; *) missing="$missing $spec" ;; esac ;;
  esac
done
if [ -z "$missing" ]; then echo "all packages are there"; exit 0; fi
echo "installing$missing"
export DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a APT_LISTCHANGES_FRONTEND=none
umask 022
dpkg --configure -a --force-confold --force-confdef
renewed=
renew_lists() {
  renewed=yes try=0
  until apt-get -q -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 -o Acquire::Languages=none -o APT::Get::List-Cleanup=false update; do
    try=$((try + 1))
    if [ "$try" -ge 3 ]; then echo "the package lists could not be renewed; going on with those at hand"; break; fi
    sleep 5
  done
}
lists=/var/lib/apt/lists
if [ -z "$(find "$lists" -maxdepth 0 -mtime -1 2>/dev/null)" ] || [ -n "$(find /etc/apt -newer "$lists" -name '*.sources' -o -newer "$lists" -name '*.list')" ]; then
  renew_lists
else echo "the package lists are not a day old"; fi
# Three of Xen's packages regenerate GRUB's menu, one after the other; 25 s each time in the lab. Here they only say that
# they want it, and it is made once. apt gives maintainer scripts a path of its own (DPkg::Path), whatever ours is.
mkdir -p /var/lib/pulumi-xen
later=$(mktemp -d /var/lib/pulumi-xen/later.XXXXXX)
trap 'rm -rf "$later"' EXIT
chmod 755 "$later"
# A host without GRUB 2 has no such program, and must not seem to (seen with GRUB legacy on Debian 12).
if command -v update-grub >/dev/null 2>&1; then
  printf '#!/bin/sh\n: >%s/wanted\n' "$later" >"$later/update-grub"
  chmod 755 "$later/update-grub"
fi
install_missing() {
  # shellcheck disable=SC2086
  apt-get -q -y -o DPkg::Path="$later:$PATH" --no-install-recommends --allow-downgrades -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 \
    -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confold -o Dpkg::Options::=--force-confdef install $missing
}
installed=0
install_missing || installed=$?
# Lists may name what the mirror has replaced since.
if [ "$installed" != 0 ] && [ -z "$renewed" ]; then renew_lists; installed=0; install_missing || installed=$?; fi
if [ -e "$later/wanted" ]; then update-grub; fi
[ "$installed" = 0 ] || {
  unknown=
  for spec in $missing; do
    name=${spec%%=*}
    known=$(apt-cache madison "$name" 2>/dev/null | cut -d '|' -f 2 | tr -d ' ')
    case $spec in
      *=*) printf '%s\n' "$known" | grep -q -x -F -e "${spec#*=}" || unknown="$unknown $spec" ;;
      *) [ -n "$known" ] || unknown="$unknown $spec" ;;
    esac
  done
  [ -z "$unknown" ] || die "No package source of this host has:$unknown. Is the source there, and does it have this version? On Ubuntu Xen is in the component universe (add-apt-repository universe)."
  exit "$installed"
}
