# shellcheck shell=sh
# Has xendomains start guests with pygrub as our user: $xd_environment becomes $xd_file, unless a guest that is none of
# those claimed in the folder $xd_ours needs pygrub as it is, or Xen is one (4.18) that is told so in its own configuration.
# shellcheck disable=SC2012 # names without blanks; find sorts no better
newest=$(ls -d /usr/lib/xen-4.* 2>/dev/null | sed 's/.*xen-4[.]//' | sort -n | tail -n 1)
foreign=
# By its claim, whose folder bears its uuid; or by the older mark, whose folder bears its name.
is_our_guest() {
  [ -n "$1" ] || return 1
  if [ -e "$xd_ours/$1" ]; then return 0; fi
  for claim in "$xd_ours"/*/claim; do
    [ -f "$claim" ] || continue
    while IFS= read -r line; do
      if [ "$line" = "of=$1" ]; then return 0; fi
    done <"$claim"
  done
  return 1
}
for config in /etc/xen/auto/*; do
  [ -f "$config" ] || continue
  name=$(sed -n "s/^[[:space:]]*name[[:space:]]*=[[:space:]]*[\"']\\([^\"']*\\)[\"'].*/\\1/p" "$config" | head -n 1)
  if grep -q pygrub "$config" && ! is_our_guest "$name"; then foreign="$foreign $name"; fi
done
if [ "${newest:-99}" -ge 18 ]; then rm -f "$xd_file"
elif [ -n "$foreign" ] && [ ! -e "$xd_file" ]; then
  echo "xendomains starts guests of others with pygrub ($foreign ): its pygrub stays unrestricted"
else
  work=$(mktemp)
  printf '%s' "$xd_environment" >"$work"
  if ! cmp -s "$work" "$xd_file"; then
    install_file "$work" "$xd_file" 0644
    chmod 755 "$(dirname "$xd_file")"
    systemctl daemon-reload
  fi
  rm -f "$work"
fi
