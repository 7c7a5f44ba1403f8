#!/bin/sh
# enter.sh ROOT PLACE COMMAND…: runs the command as the first process of a host whose / is ROOT; PLACE is there under its
# own name. To be run in mount and process namespaces of its own: unshare -m -p -f.
set -eu
root=$1 place=$2
shift 2
for folder in bin sbin lib lib32 lib64 libx32; do
  if [ -L "/$folder" ]; then ln -sfn "$(readlink "/$folder")" "$root/$folder"
  elif [ -d "/$folder" ]; then mkdir -p "$root/$folder"; mount --bind "/$folder" "$root/$folder"; fi
done
mkdir -p "$root/usr" "$root/proc" "$root/dev/pts" "$root$place"
mount --bind /usr "$root/usr"
mount --bind "$root/.pretend/local" "$root/usr/local"
# What is in there is for other programs than a host's.
mount --bind "$root/.pretend/libexec" "$root/usr/libexec"
mount -t proc proc "$root/proc"
mount --bind "$root/.pretend/boot_id" "$root/proc/sys/kernel/random/boot_id"
for device in null zero full random urandom tty; do
  : >>"$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
ln -sfn /proc/self/fd "$root/dev/fd"
mount --bind "$place" "$root$place"
exec chroot "$root" "$@"
