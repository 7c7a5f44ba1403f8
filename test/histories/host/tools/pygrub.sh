#!/bin/sh
# pygrub's dry run: rc 0 where the disk has a boot sector and a kernel, with the words of the real one (Xen 4.17).
for disk; do :; done
[ -r "$disk" ] || { echo "PermissionError: [Errno 13] Permission denied: '$disk'"; exit 1; }
head -c 4096 "$disk" | grep -aq '^kernel$' || { echo "RuntimeError: Unable to find partition containing kernel"; exit 1; }
echo "linux (kernel None)(args 'root=/dev/xvda1 ro console=hvc0')"
