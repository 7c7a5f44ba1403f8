# shellcheck shell=sh
# Says ifupdown's files and what there is of it; $main_file is its first one, and whose-ifup.sh comes before it. ifupdown itself tells
# which it reads.
case $ifup_is in
  ifupdown2 | ifupdown-ng) ;;
  *)
    read_files=
    if [ "$ifup_is" != ifupdown ]; then
      [ -z "$ifup_is" ] || say ifupdown.variant "$ifup_is"
    elif command -v ifquery >/dev/null 2>&1; then
      say ifupdown.there yes
      if ! read_files=$(ifquery -v --list 2>&1); then say ifupdown.unreadable "${read_files:-ifquery failed without a word}"; fi
    fi
    printf '%s\n' "ifquery: parsing file $main_file" "$read_files" | sed -n 's/^ifquery: parsing file //p' | sort -u |
      while read -r file; do say_network_file "$file"; done
    if command -v brctl >/dev/null 2>&1 && [ -e /etc/network/if-pre-up.d/bridge ]; then say ifupdown.bridge-utils yes; fi
    if [ -e /etc/network/if-pre-up.d/ifenslave ]; then say ifupdown.ifenslave yes; fi
    if command -v resolvconf >/dev/null 2>&1; then say ifupdown.resolvconf yes; fi
    ;;
esac
