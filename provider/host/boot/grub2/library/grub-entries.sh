# shellcheck shell=sh
# Sets $xen_entry and $linux_entry, the ids of the two entries in the generated $grub_cfg.
#
# Plain Linux is the simple entry. Where the menu has none, it is that of the kernel that runs, for a kernel that came with Xen has booted nothing yet, and
# its packages may have made it the default already (UPDATEDEFAULT of Enterprise Linux); else the default, else the first. Where the menu takes
# plain Linux from files (blscfg), their names are the ids.
grub_loader_entries=/boot/loader/entries
entry_id() { sed -n "s/^[[:space:]]*menuentry .*[' ]\\($1-[^' ]*\\)'\\{0,1\\} {\$/\\1/p" "$grub_cfg" | head -n 1; }
loader_entry() {
  le_files=$(cd "$grub_loader_entries" 2>/dev/null && find . -maxdepth 1 -name '*.conf' ! -name '*-rescue.conf' | sed 's,^\./,,' | sort -V)
  le_found=$(printf '%s\n' "$le_files" | grep -F -e "-$(uname -r).conf" | tail -n 1) || :
  le_saved=$("${grub_tools}editenv" list | sed -n 's/^saved_entry=//p')
  if [ -z "$le_found" ] && [ -n "$le_saved" ] && [ -f "$grub_loader_entries/$le_saved.conf" ]; then le_found=$le_saved.conf; fi
  if [ -z "$le_found" ]; then le_found=$(printf '%s\n' "$le_files" | tail -n 1); fi
  printf '%s\n' "${le_found%.conf}"
}
xen_entry=$(entry_id xen-gnulinux-simple)
if grep -q -x '[[:space:]]*blscfg' "$grub_cfg"; then linux_entry=$(loader_entry)
else
  linux_entry=$(entry_id gnulinux-simple)
  for version in "$(uname -r)" "[^' ]*"; do
    if [ -z "$linux_entry" ] && [ -n "$grub_flat_linux" ]; then linux_entry=$(entry_id "gnulinux-$version-advanced"); fi
  done
fi
[ -n "$xen_entry" ] || die "GRUB's menu has no entry for Xen. Is there a kernel whose /boot/config-VERSION says CONFIG_XEN_DOM0=y, and a hypervisor /boot/xen-VERSION.gz?"
[ -n "$linux_entry" ] || die "GRUB's menu has no entry for plain Linux to fall back to."
