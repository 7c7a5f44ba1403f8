# shellcheck shell=sh
# Sets $xen_entry and $linux_entry, the ids of the two entries in the generated $grub_cfg; the latter is also the first
# one.
entry_id() { sed -n "s/^[[:space:]]*menuentry .*[' ]\\($1-[^' ]*\\)'\\{0,1\\} {\$/\\1/p" "$grub_cfg" | head -n 1; }
xen_entry=$(entry_id xen-gnulinux-simple)
linux_entry=$(entry_id gnulinux-simple)
[ -n "$xen_entry" ] || die "GRUB's menu has no entry for Xen. Is there a kernel whose /boot/config-VERSION says CONFIG_XEN_DOM0=y, and a hypervisor /boot/xen-VERSION.gz?"
[ -n "$linux_entry" ] || die "GRUB's menu has no entry for plain Linux to fall back to."
