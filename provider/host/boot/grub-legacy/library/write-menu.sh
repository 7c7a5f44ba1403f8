# shellcheck shell=sh
# Writing GRUB legacy's menu; menu-functions.sh comes before, $menu_writer prints the new one, behind $menu_program.
#
#   write_menu MODE [XEN_ARGS KERNEL_ARGS VERSION]
#                               the menu becomes what $menu_writer prints. VERSION: the beginning of that of dom0's kernel; where it is
#                               empty, the newest that can be. With the mode trial, dom0's kernel gets $trial_words as well

# Sets $dom0_version: a kernel whose configuration says that it can be dom0's.
find_dom0_kernel() {
  dom0_version=
  for fk_config in /boot/config-*; do
    fk_version=${fk_config#/boot/config-}
    case $fk_version in "$1"*) ;; *) continue ;; esac
    if [ -f "/boot/vmlinuz-$fk_version" ] && grep -q '^CONFIG_XEN_DOM0=y' "$fk_config"; then
      dom0_version=$(printf '%s\n%s\n' "$dom0_version" "$fk_version" | sort -V | tail -n 1)
    fi
  done
  [ -n "$dom0_version" ] || die "No kernel $1 in /boot can be dom0's: none says CONFIG_XEN_DOM0=y in its /boot/config-VERSION."
}
find_hypervisor() {
  for hypervisor in /boot/xen.gz /boot/xen-*.gz; do
    if [ -f "$hypervisor" ]; then hypervisor=${hypervisor#/boot/}; return 0; fi
  done
  die "There is no hypervisor /boot/xen.gz on this host."
}
write_menu() {
  find_menu || die "GRUB's menu /boot/grub/grub.conf is not there any more."
  wm_new=$(mktemp)
  case $1 in
    menu | trial | xen)
      find_dom0_kernel "$4"
      find_hypervisor
      ramdisk=
      for wm_file in "initramfs-$dom0_version.img" "initrd-$dom0_version.img" "initrd.img-$dom0_version"; do
        if [ -f "/boot/$wm_file" ]; then ramdisk=$wm_file; break; fi
      done
      menu_python "$menu_writer" "$1" "$menu" "$menu_default" "$hypervisor" "$2" "$dom0_version" "$3" "$ramdisk" "${trial_words-}" >"$wm_new" || die "GRUB's menu is not one that Xen can be added to; $menu is as it was." ;;
    *) menu_python "$menu_writer" "$1" "$menu" "$menu_default" >"$wm_new" || die "GRUB's menu is not one that plain Linux could be booted from; $menu is as it was." ;;
  esac
  [ -s "$wm_new" ] || die "GRUB's new menu is empty; $menu is as it was."
  if cmp -s "$wm_new" "$menu"; then echo "GRUB's menu is current"
  else install_file "$wm_new" "$menu" "$(stat -c 0%a "$menu")"; fi
  rm -f "$wm_new"
  sync
}
