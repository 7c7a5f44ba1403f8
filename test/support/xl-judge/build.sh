#!/bin/sh
# Makes the judge: libxlutil and xl itself out of Debian's packages, downloaded and unpacked into the project's cache,
# never installed, and two small C programs around them. Prints the judge's folder. Needs no root and no hypervisor.
# Where it cannot be made, the last line of stderr says why.
set -eu
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
packages_script="$here/../debian-packages.sh"
. "$packages_script"
begin xl-judge "$here/build.sh" "$here/judge.c" "$here/no-xen.c"
need apt-get apt-cache dpkg-deb cc ar nm

version_of() {
  # shellcheck disable=SC2086 # options
  apt-cache $apt_options depends libxen-dev 2>/dev/null | sed -n 's/.*Depends: libxenmisc\([0-9.]*\).*/\1/p' | head -n 1
}
fetch() {
  version=$(version_of)
  [ -n "$version" ] || return 1
  # shellcheck disable=SC2086 # options
  packages=$(apt-cache $apt_options depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks \
    --no-replaces --no-enhances libxen-dev "xen-utils-$version" 2>/dev/null |
    sed -n '/^\(libxen[a-z0-9.-]*\|libyajl[a-z0-9]*\)$/p' | sort -u)
  # shellcheck disable=SC2086 # names
  download $packages "xen-utils-$version"
}
fetched fetch || stop "Debian's packages of Xen cannot be downloaded: $(why_not)"

unpack
library=$(dirname "$(find "$draft/root" -name libxlutil.so | head -n 1)")
cp "$draft/root/usr/lib/xen-$version/bin/xl" "$draft/xl"

# libxl's reading of device names is not public: it is taken from the static archive, and what else that file asks for
# is answered with nothing.
(cd "$draft" && ar x "$library/libxenlight.a" libxl_device.o)
{
  nm -u "$draft/libxl_device.o" | awk '$2 ~ /^(libxl__|flexarray_)/ { print ".globl " $2 "\n" $2 ":" }'
  echo '.section .note.GNU-stack,"",@progbits'
} >"$draft/nothing.s"
# libxl's headers ask for libuuid's, of which they need one type.
mkdir -p "$draft/include/uuid"
echo 'typedef unsigned char uuid_t[16];' >"$draft/include/uuid/uuid.h"
cc -Wall -o "$draft/judge" -I "$draft/root/usr/include" -I "$draft/include" "$here/judge.c" "$draft/libxl_device.o" \
  "$draft/nothing.s" -L "$library" -lxlutil -lxenlight -lxenstore -lxenctrl -lxentoollog \
  -Wl,--allow-shlib-undefined -Wl,-rpath-link,"$library" >"$draft/log" 2>&1 ||
  stop "the judge does not compile: $(tail -n 1 "$draft/log")"
cc -shared -fPIC -o "$draft/no-xen.so" "$here/no-xen.c" -ldl >"$draft/log" 2>&1 ||
  stop "the judge does not compile: $(tail -n 1 "$draft/log")"

echo "$place/root${library#"$draft/root"}" >"$draft/library"
echo "$version" >"$draft/version"
finish
