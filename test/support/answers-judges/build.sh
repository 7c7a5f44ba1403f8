#!/bin/sh
# Makes one judge of answer files, in the project's cache, and prints its folder:
#   sh build.sh pykickstart    the parser of EL and Fedora, from PyPI
#   sh build.sh cloud-init     `cloud-init schema`, Debian's package, unpacked and never installed; what it imports, from PyPI
#   sh build.sh yaml           a YAML reader, from PyPI
#   sh build.sh xmllint        Debian's package, unpacked and never installed
# Needs no root. Where it cannot be made, the last line of stderr says why.
set -eu
export LC_ALL=C

judge=$1
here=$(cd "$(dirname "$0")" && pwd)
packages_script="$here/../debian-packages.sh"
. "$packages_script"
begin "judge-$judge" "$here/build.sh"

# from_pypi PACKAGE…: into $draft/python, where nothing of the machine's own Python is touched.
from_pypi() {
  need python3 pip3
  pip3 install --quiet --disable-pip-version-check --no-input --retries 1 --timeout 30 \
    --target "$draft/python" "$@" >"$draft/log" 2>&1 || stop "PyPI's packages cannot be downloaded: $(why_not)"
}

# from_debian PACKAGE…: into $draft/root.
from_debian() {
  need apt-get dpkg-deb
  fetched download "$@" || stop "Debian's packages cannot be downloaded: $(why_not)"
  unpack
}

# The newest of each that was tried, so that they say the same everywhere.
case $judge in
  pykickstart) from_pypi pykickstart==3.78 requests ;;
  yaml) from_pypi pyyaml ;;
  cloud-init)
    from_pypi configobj jinja2 jsonpatch jsonschema oauthlib pyserial pyyaml requests
    from_debian cloud-init
    python3 -m compileall -q "$draft/root/usr/lib/python3/dist-packages" || :
    ;;
  xmllint)
    # xmllint of Debian 13 has another library than that of 12: what the machine's suite says.
    library=$(apt-cache depends libxml2-utils 2>/dev/null | sed -n 's/.*Depends: \(libxml2[a-z0-9-]*\)$/\1/p' | head -n 1)
    from_debian libxml2-utils "${library:-libxml2}"
    ;;
  *) stop "there is no judge $judge" ;;
esac
finish
