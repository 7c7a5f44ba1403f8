# shellcheck shell=sh
# Writing our entries of extlinux's menu; extlinux-functions.sh comes before.
#
#   write_entries MODE XEN_ARGS KERNEL_ARGS VERSION   makes them. MODE: menu (plain Linux is the default), trial (the same, with an entry
#                      of its own whose kernel gets $trial_words as well), xen (Xen is the default). VERSION: the beginning of that of
#                      dom0's kernel; where it is empty, the one that plain Linux boots by default, or else the newest that can be
#   keep_entries SED   changes them so, where there are any
#   make_menu          has update-extlinux take them over. What the menu then says counts, not how that ended

# Sets $dom0_label, of an entry of plain Linux whose kernel can be dom0's, and $dom0_version. A kernel of version 6.12.13-0-lts is vmlinuz-lts.
find_dom0_kernel() {
  # The package 6.12.13-r0 holds the kernel 6.12.13-0-lts.
  fk_wanted=$(printf '%s\n' "$1" | sed 's/-r\([0-9][0-9]*\)$/-\1-/')
  fk_default=$(default_label)
  dom0_label='' dom0_version=''
  for fk_config in /boot/config-*; do
    fk_version=${fk_config#/boot/config-}
    case $fk_version in "$fk_wanted"*) ;; *) continue ;; esac
    grep -q '^CONFIG_XEN_DOM0=y' "$fk_config" || continue
    for fk_file in "vmlinuz-${fk_version#*-*-}" "vmlinuz-$fk_version"; do
      [ -f "/boot/$fk_file" ] || continue
      fk_label=$(linux_label "$fk_file")
      [ -n "$fk_label" ] || continue
      if [ "$fk_label" = "$fk_default" ]; then dom0_label=$fk_label dom0_version=$fk_version; return 0; fi
      if [ "$(printf '%s\n%s\n' "$dom0_version" "$fk_version" | sort -V | tail -n 1)" = "$fk_version" ]; then dom0_label=$fk_label dom0_version=$fk_version; fi
      break
    done
  done
  [ -n "$dom0_label" ] || die "No kernel $1 of extlinux's menu can be dom0's: none has a /boot/config-VERSION that says CONFIG_XEN_DOM0=y."
}
make_menu() {
  update-extlinux </dev/null || echo "update-extlinux ended with $?"
  sync
}
write_entries() {
  # What was installed since may not be in the menu yet.
  make_menu
  find_dom0_kernel "$4"
  for hypervisor in /boot/xen.gz /boot/xen-*.gz; do
    if [ -f "$hypervisor" ]; then hypervisor=${hypervisor#/boot/}; break; fi
  done
  [ -f "/boot/$hypervisor" ] || die "There is no hypervisor /boot/xen.gz on this host."
  { read -r we_kernel; read -r we_ramdisk || :; read -r we_own || :; } <<END
$(linux_of "$dom0_label")
END
  # $1: further arguments of dom0's kernel.
  append_line() { printf '  COM32 mboot.c32\n  APPEND %s %s--- %s %s%s--- %s\n' "$hypervisor" "$we_xen" "$we_kernel" "${we_own:+$we_own }" "$1" "$we_ramdisk"; }
  we_xen=${2:+$2 } we_args=${3:+$3 }
  we_new=$(mktemp)
  {
    echo "# Written by pulumi-xen (XenHost); changes here are overwritten."
    printf 'LABEL pulumi-xen\n  MENU LABEL Xen, Linux %s\n' "$dom0_version"
    if [ "$1" = xen ]; then echo '  MENU DEFAULT'; fi
    append_line "$we_args"
    if [ "$1" = trial ]; then
      printf 'LABEL pulumi-xen-trial\n  MENU HIDE\n'
      append_line "$we_args${trial_words-} "
    fi
  } >"$we_new"
  install_file "$we_new" "$entries" 0644
  rm -f "$we_new"
  make_menu
  grep -q -x -F -e "$(append_line "$we_args" | tail -n 1)" "$conf" || die "extlinux's menu $conf did not take the entry for Xen. Look at what update-extlinux says above."
}
keep_entries() {
  [ -f "$entries" ] || return 0
  ke_new=$(mktemp)
  sed "$1" "$entries" >"$ke_new"
  if cmp -s "$ke_new" "$entries"; then rm -f "$ke_new"; return 0; fi
  install_file "$ke_new" "$entries" 0644
  rm -f "$ke_new"
  make_menu
}
boot_nothing_once() {
  if bn_once=$(boot_once) && [ -z "$bn_once" ]; then return 0; fi
  extlinux --clear-once /boot || die "extlinux did not forget what it was to boot once."
  sync
}
