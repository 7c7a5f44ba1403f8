# shellcheck shell=sh
# Has $grub_read_by, a file that the shell reads, end with the line $grub_wanted; where that is empty, it has no line like $grub_reads any more.
# All other lines stay as they are. Packages add settings of theirs at its end (Xen4CentOS's grub-bootxen.sh), so the last line counts.
grub_text=$(readlink -f "$grub_read_by")
grub_last=
if [ -f "$grub_text" ]; then grub_last=$(grep -c -x -F -e "$grub_reads" "$grub_text" || :); fi
if [ "${grub_last:-0}" = "${grub_wanted:+1}" ] && [ "$(tail -n 1 "$grub_text")" = "$grub_wanted" ]; then :
elif [ -z "$grub_wanted" ] && [ "${grub_last:-0}" = 0 ]; then :
else
  grub_new=$(mktemp)
  if [ -f "$grub_text" ]; then
    # Also where its last line does not end.
    awk -v ours="$grub_reads" '$0 != ours' "$grub_text" >"$grub_new"
    grub_mode=$(stat -c %a "$grub_text")
  else grub_mode=644
  fi
  if [ -n "$grub_wanted" ]; then printf '%s\n' "$grub_wanted" >>"$grub_new"; fi
  install_file "$grub_new" "$grub_text" "$grub_mode"
  rm -f "$grub_new"
fi
