# shellcheck shell=sh
# Has GRUB legacy boot Xen once, and plain Linux from then on. menu-functions.sh comes before; the menu has its entry of the trial,
# whose number is that of the last entry. `savedefault` writes the file in place: it must be there, and long enough (seen with 0.97).
number=$(grep -c '^[[:space:]]*title' "$menu")
number=$((number - 1))
work=$(mktemp)
{
  echo "$number"
  echo "# Written by pulumi-xen (XenHost): the entry of GRUB's menu that boots where the menu says \"default saved\"."
  for line in 1 2 3 4 5 6 7 8; do echo "# Line $line of 8 that keep room: GRUB writes into this file and cannot make it longer."; done
} >"$work"
install_file "$work" "$menu_default" 0644
rm -f "$work"
sync
for fact in 'default own' 'saved yes' 'trial armed' 'fallback linux'; do
  menu_says "$fact" || die "GRUB's menu $menu did not take the trial: it does not say $fact."
done
echo "next boot: entry $number (Xen), afterwards again plain Linux"
