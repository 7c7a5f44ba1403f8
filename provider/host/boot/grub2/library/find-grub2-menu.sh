# shellcheck shell=sh
# Sets $grub_cfg, the menu below $grub_folder or, on EFI before Enterprise Linux 9, on the EFI system partition: /etc/grub2-efi.cfg and
# /etc/grub2.cfg are links to it. From 9 on what lies on that partition only hands on to $grub_folder (gen_grub_cfgstub).
grub_cfg=
for grub_link in /etc/grub2-efi.cfg /etc/grub2.cfg; do
  case $grub_link in *-efi.cfg) [ -d /sys/firmware/efi ] || continue ;; esac
  if [ -z "$grub_cfg" ] && [ -e "$grub_link" ]; then grub_cfg=$(readlink -f "$grub_link"); fi
done
if [ -z "$grub_cfg" ] || { ! grep -q '^### BEGIN ' "$grub_cfg" && grep -q '^[[:space:]]*configfile ' "$grub_cfg"; }; then
  grub_cfg=$grub_folder/grub.cfg
fi
