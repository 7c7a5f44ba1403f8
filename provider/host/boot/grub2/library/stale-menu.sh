# shellcheck shell=sh
# stale_menu: prints the file for which $grub_cfg is to be made again: one that its entry for Xen boots and that is gone; or a kernel that can be dom0's
# and came later, where the menu takes plain Linux from files (blscfg), since a new kernel brings a file there and no new menu. When it came only
# its status tells: it has the date of its package (20-grub.install of Enterprise Linux).
stale_menu() {
  [ -f "$grub_cfg" ] || return 0
  sm_gone=$(awk '/^[[:space:]]*menuentry / { here = /xen-gnulinux-simple-/ }
      here && $1 ~ /^(multiboot2?|xen_hypervisor|module2?|xen_module)$/ && $2 ~ /^\// { print $2 }' "$grub_cfg" |
    while IFS= read -r sm_file; do [ -e "/boot/${sm_file##*/}" ] || printf '%s\n' "$sm_file"; done | head -n 1)
  if [ -n "$sm_gone" ]; then
    printf '%s\n' "$sm_gone"
    return 0
  fi
  grep -q -x '[[:space:]]*blscfg' "$grub_cfg" || return 0
  find /boot -maxdepth 1 -name 'vmlinuz-*' -cnewer "$grub_cfg" | while IFS= read -r sm_kernel; do
    if grep -q '^CONFIG_XEN_DOM0=y' "/boot/config-${sm_kernel#/boot/vmlinuz-}" 2>/dev/null; then printf '%s\n' "$sm_kernel"; fi
  done | head -n 1
}
