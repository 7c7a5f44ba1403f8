# shellcheck shell=sh
# Says what the next menu will hold, by the scripts that make it and by the administrator's settings, whatever the menu says now. Each is always
# said, so that an answer without it is none: grub2.linux, whether one makes entries of plain Linux; grub2.early-xen, a script that puts Xen
# before it; grub2.locked, a script whose entries wait for the menu's password; grub2.submenus: where they are switched off, so are the simple
# entries; grub2.no-reboot, a file by which a hypervisor that panics does not reboot; grub2.drop-ins: whether settings in files of their own count.
# Only a distribution's own patch reads them (Debian has it, Alpine has not); by grub-mkconfig's own text.
mkconfig=$(command -v "${grub_tools}mkconfig" || :)
if [ -n "$grub_drop_ins" ] && [ -n "$mkconfig" ] && ! grep -q 'default/grub\.d/' "$mkconfig"; then say grub2.drop-ins no; else say grub2.drop-ins yes; fi
has_linux=no early_xen='' password='' locked=''
for script in /etc/grub.d/*; do
  [ -f "$script" ] && [ -x "$script" ] || continue
  if grep -q '^[^#]*superusers' "$script"; then
    # Enterprise Linux's sets a password where one was chosen (grub2-setpassword(8)).
    case $script in
      */01_users) if grep -q '^GRUB2_PASSWORD=.' "${grub_cfg%/*}/user.cfg" 2>/dev/null; then password=$script; fi ;;
      *) password=$script ;;
    esac
  fi
  case ${script##*/} in
    *_linux_xen) [ "$has_linux" = yes ] || early_xen=$script ;;
    *_linux) has_linux=yes ;;
    *) continue ;;
  esac
  grep -q -e '^[^#]*--unrestricted' "$script" || locked=${locked:-$script}
done
say grub2.linux "$has_linux"
if [ -f "$grub_folder/custom.cfg" ] && grep -q '^[^#]*superusers' "$grub_folder/custom.cfg"; then password=$grub_folder/custom.cfg; fi
[ -n "$password" ] || locked=
say grub2.locked "$locked"
say grub2.early-xen "$early_xen"
submenus='' no_reboot=''
for file in /etc/default/grub ${grub_drop_ins:+"$grub_drop_ins"/*.cfg}; do
  [ -f "$file" ] || continue
  # As a shell reads it: what is said last counts.
  said=$(sed -n "s/^[[:space:]]*\(export[[:space:]][[:space:]]*\)\{0,1\}GRUB_DISABLE_SUBMENU=[\"']\{0,1\}\([^\"' ]*\).*/\2/p" "$file" | tail -n 1)
  if [ -n "$said" ]; then submenus=$said; fi
  if grep -q -E "^[^#]*GRUB_CMDLINE_XEN[A-Z_]*=(.*[\"' ])?(noreboot([\"' ]|=(true|yes|on|enable|1)|\$)|reboot=([^\"' ]*,)?n)" "$file"; then no_reboot=$file; fi
done
case $submenus in y | true) say grub2.submenus no ;; *) say grub2.submenus yes ;; esac
say grub2.no-reboot "$no_reboot"
