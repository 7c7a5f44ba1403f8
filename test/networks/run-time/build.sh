#!/bin/sh
# Makes the judge: ip is this machine's, so there is nothing to lay over its root but a folder for what a boot runs.
# Prints the judge's folder, whose `root` is laid over that of a host.
set -eu
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
packages_script="$here/../../support/debian-packages.sh"
. "$packages_script"
begin run-time-judge "$here/build.sh"
need ip awk
mkdir -p "$draft/root/etc/by-hand"
finish
