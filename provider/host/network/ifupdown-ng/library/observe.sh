# shellcheck shell=sh
# Says ifupdown-ng's files; $main_file is its first one, and whose-ifup.sh comes before it. It does not tell which it reads, so its
# own lines are followed: `source PATTERN`, of which releases before 0.12 read no pattern and then nothing at all, and
# `source-directory FOLDER`, of which it reads every file.
ifupdown_ng_files() {
  unread=$main_file
  known=
  while [ -n "$unread" ]; do
    # shellcheck disable=SC2086 # names of files; one with a blank is none of ours
    set -- $unread
    file=$1
    shift
    unread=$*
    case " $known " in *" $file "*) continue ;; esac
    known="$known $file"
    [ -f "$file" ] || continue
    printf '%s\n' "$file"
    # shellcheck disable=SC2013 # words: patterns, as it takes them
    for more in $(sed -n 's/^[[:blank:]]*source[[:blank:]]\{1,\}\([^[:blank:]]*\).*/\1/p' "$file"); do unread="$unread $more"; done
    # shellcheck disable=SC2013 # words
    for folder in $(sed -n 's/^[[:blank:]]*source-directory[[:blank:]]\{1,\}\([^[:blank:]]*\).*/\1/p' "$file"); do
      for more in "${folder%/}"/* "${folder%/}"/.[!.]*; do unread="$unread $more"; done
    done
  done
}
if [ "$ifup_is" = ifupdown-ng ]; then
  say ifupdown-ng.there yes
  if ! read_files=$(cd / && ifquery --list 2>&1); then say ifupdown-ng.unreadable "${read_files:-ifquery failed without a word}"; fi
  (cd / && ifupdown_ng_files) | sort -u | while read -r file; do say_network_file "$file"; done
  if grep -qs 'type bond' /usr/libexec/ifupdown-ng/bond; then say ifupdown-ng.bond yes; fi
  if grep -Eqs '^[[:space:]]*options[[:space:]]+bonding[[:space:]](.*[[:space:]])?max_bonds=0' /etc/modprobe.d/*.conf /run/modprobe.d/*.conf /usr/lib/modprobe.d/*.conf /lib/modprobe.d/*.conf; then say ifupdown-ng.no-bond0 yes; fi
  if command -v resolvconf >/dev/null 2>&1; then say ifupdown-ng.resolvconf yes; fi
fi
