# shellcheck shell=sh
# Has OpenRC start these services at each boot (the arguments; those in $further only where they are installed), and load $modules, which go into
# $modules_file. Which services were added stands in $added, so that no other is ever taken away again.
for service in "$@" $further; do
  if [ ! -e "/etc/init.d/$service" ]; then
    case " $further " in *" $service "*) continue ;; esac
    die "The packages brought no service $service (/etc/init.d/$service), which a Xen host needs at each boot."
  fi
  starts=
  for link in /etc/runlevels/*/"$service"; do
    if [ -e "$link" ] || [ -h "$link" ]; then starts=yes; fi
  done
  if [ -n "$starts" ]; then continue; fi
  if ! grep -q -x -F -e "$service" "$added" 2>/dev/null; then echo "$service" >>"$added"; fi
  mkdir -p /etc/runlevels/default
  ln -sf "/etc/init.d/$service" "/etc/runlevels/default/$service"
  echo "starts at each boot: $service"
done
new=$(mktemp)
{
  echo "# Written by pulumi-xen (XenHost); changes here are overwritten."
  printf '%s\n' "$modules" | tr ' ' '\n'
} >"$new"
install_file "$new" "$modules_file" 0644
rm -f "$new"
sync
