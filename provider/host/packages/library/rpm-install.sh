# shellcheck shell=sh
# Installs the packages that are its arguments, NAME or NAME=VERSION, where they are missing; with dnf, else with yum. VERSION may
# leave out the release.
#
# What they print differs from one to the other, and yum ends with 0 where one of several packages is not to be had: what counts is
# what rpm has installed afterwards. Both wait for each other by themselves.
joint="-"
find_missing "$@"
if [ -z "$missing" ]; then echo "all packages are there"; exit 0; fi
manager=
for name in dnf yum; do
  if command -v "$name" >/dev/null 2>&1; then manager=$name; break; fi
done
[ -n "$manager" ] || die "This host has neither dnf nor yum."
umask 022
# Another version of a package that may be there only once takes its place: `install` alone does not go back to an older one.
for verb in install downgrade; do
  echo "$manager $verb$missing"
  # shellcheck disable=SC2086 # names and versions without blanks
  "$manager" -y $verb $missing </dev/null || echo "$manager ended with $?"
  find_missing "$@"
  [ -n "$missing" ] || break
done
[ -z "$missing" ] || die "Not installed:$missing. Look at what $manager says above; is the package source there, and does it have this version?"
