# shellcheck shell=sh
# The shell on the host that stays to answer questions: reads a line `MARK FORM SIZE` and a batch, again and again
# (observer-program.ts).
#
# plain: SIZE lines. packed: SIZE bytes, for gzip. Of a batch that arrives cut in half nothing runs.
# px_end_below PID: ends what PID has started, and what that has. Its stop comes first, so that it starts no more
# meanwhile. No process group would do: a shell without a terminal makes none for what it starts.
px_read_lines() {
  px_left=$1
  while [ "$px_left" -gt 0 ]; do
    IFS= read -r px_line || return 1
    px_script="$px_script$px_line
"
    px_left=$((px_left - 1))
  done
}
px_end_below() {
  for px_stat in /proc/[0-9]*/stat; do
    { read -r px_line <"$px_stat"; } 2>/dev/null || continue
    # PID (NAME) STATE PARENT …, and the name may hold anything.
    px_parent=${px_line##*) ? }; px_parent=${px_parent%% *}
    if [ "$px_parent" != "$1" ]; then continue; fi
    px_pid=${px_line%% *}
    kill -STOP "$px_pid"
    (px_end_below "$px_pid")
    kill -KILL "$px_pid"
  done
}
px_clear_away
px_shared=
while read -r px_mark px_form px_size; do
  wait
  px_script=
  case $px_form in
    plain) px_read_lines "$px_size" || break ;;
    *) px_script=$(head -c "$px_size" | gzip -dc) || px_script='exit 127' ;;
  esac
  px_shared=$px_folders.$$.${px_mark#@}
  (
    # shellcheck disable=SC2154 # it is given its value in the trap itself
    trap 'px_rc=$?; printf "\n%s done %s\n" "$px_mark" "$px_rc"' 0
    eval "$px_script"
  ) </dev/null &
done
px_end_below $$ 2>/dev/null
if [ -n "$px_shared" ] && [ -d "$px_shared" ]; then rm -rf "$px_shared"; fi
exit 0
