#!/bin/busybox sh
# The first process of the small machine: runs /work/program.sh, and goes off.
/bin/busybox --install -s /bin 2>/dev/null
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mount -t tmpfs run /run
for module in llc stp bridge garp mrp 8021q veth; do insmod /modules/$module.ko* || echo "no module $module"; done
export PATH=/work/bin:/usr/sbin:/usr/bin:/sbin:/bin
# Not "sh": within busybox that is its own, which prefers its own ip.
/usr/bin/dash /work/program.sh 2>&1
echo "@end=yes"
poweroff -f
