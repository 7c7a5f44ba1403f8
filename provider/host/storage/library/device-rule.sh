# shellcheck shell=sh
# Functions for a script over the block device $image and our file for udev, $rule, that lets the group $pygrub_group read it.
has_group() { grep -q "^$pygrub_group:" /etc/group 2>/dev/null; }
has_udev() { [ -d "${rule%/*}" ]; }
# What udev knows the device by: the link that the program names; of a name that the kernel gives in the order of discovery, what is in it too.
device_match() {
  if [ -L "$image" ]; then printf 'SYMLINK=="%s"' "${image#/dev/}"; return 0; fi
  printf 'KERNEL=="%s"' "${image##*/}"
  udevadm info --query=property --name="$image" 2>/dev/null | sed -n '
    s/^\(ID_PART_ENTRY_UUID\|DM_UUID\|ID_SERIAL\)=\([A-Za-z0-9._:+-]*\)$/, ENV{\1}=="\2"/p' | tr -d '\n'
}
device_rule() {
  echo "# Written by pulumi-xen (DiskImage $image): the boot loader without privileges reads it."
  echo "SUBSYSTEM==\"block\", $(device_match), GROUP=\"$pygrub_group\", MODE=\"0640\""
}
