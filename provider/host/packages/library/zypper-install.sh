# shellcheck shell=sh
# Installs the packages that are its arguments, NAME or NAME=VERSION, where they are missing; with zypper. VERSION may leave out the
# release.
#
# Its exit codes from 100 on tell of more than failures (107: a package's own script failed, and the package is there): what counts is
# what rpm has installed afterwards. It waits for whoever holds its lock, and takes the newest or the pinned version even where that is an
# older one; it removes nothing, and nothing else changes its vendor.
joint="="
find_missing "$@"
if [ -z "$missing" ]; then echo "all packages are there"; exit 0; fi
umask 022
export ZYPP_LOCK_TIMEOUT=600
# The keys of our own sources, as they were declared: without somebody who answers, zypper trusts no other.
for source in /etc/zypp/repos.d/pulumi-xen-*.repo; do
  [ -r "$source" ] || continue
  key=$(sed -n 's/^gpgkey=file:\/\///p' "$source")
  [ -z "$key" ] || rpm --import "$key" || die "rpm cannot read $key, the key of the package source in $source. Is it there, in ASCII armour?"
done
# Indexes of the last minutes serve as they are; where they name what is no longer to be had, they are fetched again.
for try in first second; do
  [ "$try" = first ] || zypper --non-interactive refresh </dev/null || echo "zypper refresh ended with $?"
  echo "zypper install$missing"
  # shellcheck disable=SC2086 # names and versions without blanks
  zypper --non-interactive install --name --oldpackage --no-recommends --no-force-resolution --auto-agree-with-licenses $missing </dev/null ||
    echo "zypper ended with $?"
  find_missing "$@"
  [ -n "$missing" ] || break
done
[ -z "$missing" ] || die "Not installed:$missing. Look at what zypper says above; is the package source there, and does it have this version?"
