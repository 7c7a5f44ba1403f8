# shellcheck shell=sh
# Says what of the menu the menu itself does not tell, each always. grub2.reads-late: our settings are read at all. grub2.loader-entries: the ids of
# plain Linux in files of their own. grub2.stale: the file for which it is to be made again (stale-menu.sh, which comes before).
# grub2.env-elsewhere: the environment block of GRUB's tools, where GRUB reads another one. grub2.loads-xen: GRUB can load a hypervisor.
# grub2.chains-xen: it starts another program that loads it. grub2.other-loader: what boots the host in GRUB's place.
reads=yes
if [ -n "$grub_read_by" ] && { [ ! -f "$grub_read_by" ] || [ "$(tail -n 1 "$grub_read_by")" != "$grub_reads" ]; }; then reads=no; fi
say grub2.reads-late "$reads"
set --
if [ -f "$grub_cfg" ] && grep -q -x '[[:space:]]*blscfg' "$grub_cfg"; then
  for file in /boot/loader/entries/*.conf; do
    if [ -f "$file" ]; then file=${file##*/} && set -- "$@" "${file%.conf}"; fi
  done
fi
say grub2.loader-entries "$*"
say grub2.stale "$(stale_menu)"
env_block=$(readlink -f "$grub_folder/grubenv")
elsewhere=
if [ "${env_block%/*}" != "$(readlink -f "${grub_cfg%/*}")" ]; then elsewhere=$env_block; fi
say grub2.env-elsewhere "$elsewhere"
# Enterprise Linux's image for EFI has no multiboot2, and no folder of modules beside it (grub.macros of its packages).
loads=yes
if [ -d /sys/firmware/efi ]; then
  loads=no
  for file in "${grub_cfg%/*}/x86_64-efi/multiboot2.mod" "$grub_folder/x86_64-efi/multiboot2.mod"; do
    if [ -e "$file" ]; then loads=yes; fi
  done
  for file in /boot/efi/EFI/*/grub*.efi; do
    if [ "$loads" = no ] && [ -f "$file" ] && grep -q multiboot2 "$file"; then loads=yes; fi
  done
fi
say grub2.loads-xen "$loads"
# SUSE's 20_linux_xen has xen.efi started on EFI, with arguments out of a file on the EFI partition (grub2-efi-xen-chainload.patch of its package).
chains=no
if [ -d /sys/firmware/efi ] && grep -qs '^[^#]*chainloader.*xen' /etc/grub.d/20_linux_xen; then chains=yes; fi
say grub2.chains-xen "$chains"
# SUSE's tools go by it; what is said last counts.
other=
if [ -f /etc/sysconfig/bootloader ]; then
  other=$(sed -n "s/^[[:space:]]*LOADER_TYPE=[\"']\{0,1\}\([^\"' #]*\).*/\1/p" /etc/sysconfig/bootloader | tail -n 1)
fi
case $other in grub2 | grub2-efi) other= ;; esac
say grub2.other-loader "$other"
