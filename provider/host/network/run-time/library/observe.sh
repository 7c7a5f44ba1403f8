# shellcheck shell=sh
# Says the records of the bridges that were made since the last boot. One of an earlier boot, on a host that does not empty /var/run,
# says nothing of this one.
for file in /var/run/pulumi-xen/network/*.bridge; do
  [ -f "$file" ] && [ -f "${file%.bridge}.boot" ] || continue
  if [ "$(cat "${file%.bridge}.boot")" = "$(cat /proc/sys/kernel/random/boot_id)" ]; then say_network_file "$file"; fi
done
