# shellcheck shell=sh
# GRUB legacy's files on this host; $menu_program reads its menu by $menu_interpreter, $menu_reader tells of it.
#
#   find_menu                   sets $menu to the file that stage2 reads, $menu_default to where `default saved` looks; 1: there is none
#   menu_python PART ARG…       runs this part behind $menu_program; $menu_trial are all words that a trial may have
#   menu_facts                  prints what the menu says
find_menu() {
  menu_default=/boot/grub/default
  for menu in /boot/grub/grub.conf /boot/grub/menu.lst; do
    if [ -f /boot/grub/stage2 ] && [ -f "$menu" ]; then
      menu=$(readlink -f "$menu")
      return 0
    fi
  done
  return 1
}
menu_python() {
  mp_part=$1
  shift
  [ -n "$menu_interpreter" ] || die "This host has no Python, which reads and writes GRUB's menu. Install the package python."
  menu_trial=$menu_trial "$menu_interpreter" -c "$menu_program$mp_part" "$@"
}
menu_facts() { menu_python "$menu_reader" "$menu" "$menu_default"; }
menu_says() { menu_facts | grep -q -x "$1"; }
