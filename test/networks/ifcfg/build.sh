#!/bin/sh
# Prints the judge's folder, whose `root` is laid over that of a host. Red Hat's network scripts (initscripts 9.03 of EL 6) are in no package of
# Debian's, so this judge is used only where somebody has put them together: $EL6_NETWORK_SCRIPTS names the folder. Its root holds
# the scripts, ifup and ifdown in /usr/sbin, /etc/init.d/functions and network, /etc/rc3.d/S10network, ipcalc, consoletype and usleep
# of the same sources, and arping, brctl, route and gawk; its /bin/sh is bash.
set -eu
folder=${EL6_NETWORK_SCRIPTS:-}
if [ -z "$folder" ]; then
  echo "EL 6's network scripts, whose folder EL6_NETWORK_SCRIPTS names" >&2
  exit 1
fi
for file in usr/sbin/ifup usr/sbin/ifdown etc/init.d/network etc/sysconfig/network-scripts/ifup-eth; do
  if [ ! -e "$folder/root/$file" ]; then
    echo "EL 6's network scripts: there is no $folder/root/$file" >&2
    exit 1
  fi
done
echo "$folder"
