#!/bin/sh
# Prints the judge's folder, whose `root` is laid over that of a host. wicked is in no package of Debian's, so this judge is used only where
# somebody has built it: $WICKED_JUDGE names the folder. Its root holds what `make install` of wicked's sources puts there (wicked, wickedd,
# wickedd-nanny, the three of libexec, its XML files), libwicked, and dbus-daemon with its library; no settings in /etc/sysconfig.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=${WICKED_JUDGE:-}
if [ -z "$folder" ]; then
  echo "wicked, whose folder WICKED_JUDGE names" >&2
  exit 1
fi
for file in usr/sbin/wicked usr/sbin/wickedd usr/sbin/wickedd-nanny usr/libexec/wicked/bin/wickedd-dhcp4 etc/wicked/client.xml; do
  if [ ! -e "$folder/root/$file" ]; then
    echo "wicked: there is no $folder/root/$file" >&2
    exit 1
  fi
done
install -m 644 "$here/../bus.conf" "$folder/root/usr/lib/pulumi-xen-judge-bus.conf"
echo "$folder"
