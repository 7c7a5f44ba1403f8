# shellcheck shell=sh
# Makes $grub_cfg. From Enterprise Linux 8 on grub2-mkconfig also writes the arguments of plain Linux into GRUB's environment block
# (kernelopts) unless it is told not to: plain Linux is what a failed trial comes back to, and stays as it is.
grub_update=
if grub2-mkconfig --help 2>&1 | grep -q -e '--no-grubenv-update'; then grub_update=--no-grubenv-update; fi
grub2-mkconfig ${grub_update:+"$grub_update"} -o "$grub_cfg"
