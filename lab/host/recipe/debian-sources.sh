#!/bin/bash
# Prints sources.list lines for a Debian suite, made of the mirrors this machine's apt uses for its own suite.
# Prints nothing where this machine is no Debian or uses no mirror over HTTP: then Debian's default is right.
set -euo pipefail
suite=$1
[ -r /etc/os-release ] || exit 0
. /etc/os-release
[ "${ID:-}" = debian ] && [ -n "${VERSION_CODENAME:-}" ] || exit 0
apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Identifier: Packages' 2>/dev/null |
  awk -v own="$VERSION_CODENAME" -v suite="$suite" '
    $1 ~ /^https?:/ && $3 == "main" && ($2 == own || $2 == own "-updates" || $2 == own "-security") {
      sub("^" own, suite, $2)
      if (!seen[$1 " " $2]++) print "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] " $1 " " $2 " main"
    }' | sort
