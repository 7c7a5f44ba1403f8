# shellcheck shell=sh
# Says of the file system that is to hold $image what keeps root from using it; $folder is the nearest folder above that exists.
# [ -w ] asks the server of a share too (access(2)): it is false on one that squashes root, and on any that is mounted read-only. The one of
# busybox asks nobody where root asks; of a read-only mount the kernel's list tells as well.
mount_point=$(df -Pk "$folder" | tail -n 1 | awk '{ print $6 }')
mount_options=$(awk -v at="$mount_point" '$5 == at { options = $6 } END { print options }' /proc/self/mountinfo)
case ,$mount_options, in
  *,ro,*) is_locked=yes ;;
  *) if [ -w "$folder" ]; then is_locked=no; else is_locked=yes; fi ;;
esac
[ "$is_locked" = no ] || say locked "$folder"
if [ -f "$image" ]; then
  if [ "$is_locked" = yes ] || [ ! -w "$image" ]; then say locked.file yes; fi
fi
# A share that is not mounted: what is made below its mount point now would be hidden by it later. An automount counts as mounted.
if [ -f /etc/fstab ]; then
  unmounted=$(awk -v image="$image" '
    NR == FNR { mounted[$5] = 1; next }
    /^[ \t]*#/ { next }
    $2 ~ /^\/./ && index(image, $2 "/") == 1 && !($2 in mounted) { print $2 " " $3; exit }' /proc/self/mountinfo /etc/fstab)
  if [ -n "$unmounted" ]; then say unmounted "$unmounted"; fi
fi
