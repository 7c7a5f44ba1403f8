# shellcheck shell=sh
# An entry that cannot be loaded is answered with the menu's first one: that must be plain Linux. Files of plain Linux stand where the menu
# takes them (blscfg). grub-entries.sh comes before.
first=$(sed -n -e "s/^\\(menuentry\\|submenu\\) .*[' ]\\([^' ][^' ]*\\)'\\{0,1\\} {\$/\\2/p" -e 's/^[[:space:]]*blscfg$/blscfg/p' "$grub_cfg" | head -n 1)
case $first in "$linux_entry" | blscfg | gnulinux-*-advanced-*) ;; *)
  die "The first entry of GRUB's menu is $first, not plain Linux ($linux_entry): a failed trial would not come back. Put 10_linux before 20_linux_xen in /etc/grub.d." ;;
esac
