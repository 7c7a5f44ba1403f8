# shellcheck shell=sh
# Says of the file system that is to hold $image what keeps root from using it; $folder is the nearest folder above that exists.
# [ -w ] asks the server of a share too (access(2)): it is false on one that squashes root, and on any that is mounted read-only.
[ -w "$folder" ] || say locked "$folder"
if [ -f "$image" ] && [ ! -w "$image" ]; then say locked.file yes; fi
# A share that is not mounted: what is made below its mount point now would be hidden by it later. An automount counts as mounted.
if [ -f /etc/fstab ]; then
  unmounted=$(awk -v image="$image" '
    NR == FNR { mounted[$5] = 1; next }
    /^[ \t]*#/ { next }
    $2 ~ /^\/./ && index(image, $2 "/") == 1 && !($2 in mounted) { print $2 " " $3; exit }' /proc/self/mountinfo /etc/fstab)
  if [ -n "$unmounted" ]; then say unmounted "$unmounted"; fi
fi
