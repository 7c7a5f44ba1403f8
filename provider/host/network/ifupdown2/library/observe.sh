# shellcheck shell=sh
# Says ifupdown2's files; $main_file is its first one, and whose-ifup.sh comes before it. ifupdown2 itself tells which it reads, and
# ends with 0 whatever it cannot read in them.
if [ "$ifup_is" = ifupdown2 ]; then
  say ifupdown2.there yes
  if ! read_files=$(ifquery -v --list 2>&1); then say ifupdown2.unreadable "${read_files:-ifquery failed without a word}"
  elif printf '%s\n' "$read_files" | grep -q '^error: '; then
    say ifupdown2.unreadable "$(printf '%s\n' "$read_files" | sed -n 's/^error: //p')"
  fi
  printf '%s\n' "info: processing interfaces file $main_file" "$read_files" | sed -n 's/^info: processing interfaces file //p' | sort -u |
    while read -r file; do say_network_file "$file"; done
  if command -v resolvconf >/dev/null 2>&1; then say ifupdown2.resolvconf yes; fi
fi
