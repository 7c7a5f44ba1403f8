# shellcheck shell=sh
# Says ifupdown's files and what there is of it; $main_file is its first one. ifupdown itself tells which it reads; ifupdown2,
# ifupdown-ng and Red Hat's network scripts have programs of the same names.
read_files=
if command -v ifup >/dev/null 2>&1 && [ ! -f /etc/sysconfig/network-scripts/ifup-eth ]; then
  version=$(ifup --version 2>/dev/null | head -n 1)
  case $version in
    "ifup version "*)
      if command -v ifquery >/dev/null 2>&1; then
        say ifupdown.there yes
        if ! read_files=$(ifquery -v --list 2>&1); then say ifupdown.unreadable "${read_files:-ifquery failed without a word}"; fi
      fi
      ;;
    *) say ifupdown.variant "${version:-a program that does not tell its version}" ;;
  esac
fi
printf '%s\n' "ifquery: parsing file $main_file" "$read_files" | sed -n 's/^ifquery: parsing file //p' | sort -u |
  while read -r file; do say_network_file "$file"; done
if command -v brctl >/dev/null 2>&1 && [ -e /etc/network/if-pre-up.d/bridge ]; then say ifupdown.bridge-utils yes; fi
if command -v resolvconf >/dev/null 2>&1; then say ifupdown.resolvconf yes; fi
