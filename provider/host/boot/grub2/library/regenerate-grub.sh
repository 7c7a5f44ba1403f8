# shellcheck shell=sh
# Regenerates $grub_cfg with make_menu, but only where it does not match the settings yet. Its arguments are the files of our settings;
# $grub_drop_ins: a folder of further ones, or empty. stale-menu.sh comes before.
#
# The installation of the hypervisor's package regenerates grub.cfg by itself; where our settings were there before,
# a second time would only cost (about 20 s in the lab).
is_current() {
  [ -s "$grub_cfg" ] || return 1
  for source in "$@" /etc/default/grub ${grub_drop_ins:+"$grub_drop_ins"/*.cfg} /boot/xen-*.gz /boot/vmlinuz-*; do
    [ -e "$source" ] || continue
    [ "$grub_cfg" -nt "$source" ] || return 1
  done
  [ -z "$(stale_menu)" ] || return 1
  for file in "$@"; do [ -e "$file" ] || return 0; done
  grep -q '^set fallback=0' "$grub_cfg" && grep -q 'pulumi_xen_trial' "$grub_cfg"
}
if is_current "$@"; then
  echo "GRUB's menu is current"
else
  umask 022
  make_menu
fi
