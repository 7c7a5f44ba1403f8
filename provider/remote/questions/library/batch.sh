# shellcheck shell=sh
# What a batch of questions counts on beside preamble.sh and host.sh; the shell on the host knows it before the first
# one comes. px_mark and px_shared are set for each batch (observer.sh).
#
# say_once: what is asked alike is kept in the folder px_shared for the time of this batch, which was sent after each of
# its questions: so an answer from there is no older than any of them. The folder's name is as little to be guessed as
# the mark, and tells whose it is.
# px_clear_away: removes such folders of shells that were killed: no process here has the number, and nothing was written
# for an hour, which no question lasts. The number alone is no proof: a container that shares /tmp has numbers of its own
# (seen: a folder in use went away, "xl-rows.rc: Directory nonexistent").
px_folders=${TMPDIR:-/tmp}/pulumi-xen
px_clear_away() {
  for px_old in "$px_folders".[0-9]*.????????????????; do
    px_pid=${px_old#"$px_folders."}; px_pid=${px_pid%.*}
    # Nothing but what is surely named by us: others may keep things in that folder.
    case $px_pid in *[!0-9]*) continue ;; esac
    if [ ! -d "$px_old" ] || [ -d "/proc/$px_pid" ]; then continue; fi
    if [ -n "$(find "$px_old" -prune -mmin +60)" ]; then rm -rf "$px_old"; fi
  done
}
say_once() {
  px_once=$1; shift
  if [ ! -e "$px_shared/$px_once.rc" ]; then
    mkdir -p "$px_shared"
    px_once_rc=0
    "$@" >"$px_shared/$px_once" 2>"$px_shared/$px_once.err" </dev/null || px_once_rc=$?
    printf '%s\n' "$px_once_rc" >"$px_shared/$px_once.rc"
    printf '%s shared %s %s ' "$px_mark" "$px_once" "$px_once_rc"; b64 <"$px_shared/$px_once"
    printf ' '; if [ -s "$px_shared/$px_once.err" ]; then b64 <"$px_shared/$px_once.err"; fi; echo
  fi
  printf '%s=@\n' "$px_once"
}
px_begin() {
  if [ -z "$px_machine_id" ]; then px_identify || exit 1; fi
  printf '\n%s host %s %s\n' "$px_mark" "$px_machine_id" "$px_boot_id"
  exec 4>&1
}
px_begin_question() { printf '%s begin %s\n' "$px_mark" "$1"; }
px_end_question() {
  if [ -n "$px_err" ]; then px_err=$(printf %s "$px_err" | b64); fi
  printf '\n%s end %s %s %s\n' "$px_mark" "$1" "$2" "$px_err"
}
px_end() { if [ -d "$px_shared" ]; then rm -rf "$px_shared"; fi; }
