# shellcheck shell=sh
# An entry that cannot be loaded is answered with the menu's first one: that must be plain Linux. grub-entries.sh comes before.
first=$(sed -n "s/^\\(menuentry\\|submenu\\) .*[' ]\\([^' ][^' ]*\\)'\\{0,1\\} {\$/\\2/p" "$grub_cfg" | head -n 1)
[ "$first" = "$linux_entry" ] || die "The first entry of GRUB's menu is $first, not plain Linux ($linux_entry): a failed trial would not come back. Put 10_linux before 20_linux_xen in /etc/grub.d."
