# shellcheck shell=sh
# Starts the job, or joins the one that runs and is the same, and follows it. The client may send this again after a
# lost link: $px_operation is written into the job it started or joined, so that it then finds that one and never starts
# it twice.
#
# Before it come host.sh, job-functions.sh, client.sh, follow.sh; build, which writes the job into the folder $px_new;
# $px_hash, of what the job does; $px_kept, the number of old jobs of an object that stay beside the newest one.
await_processes() {
  px_uptime; px_until=$((px_up + $1))
  while [ ! -f "$px_dir/processes" ]; do
    px_uptime
    if [ "$px_up" -ge "$px_until" ]; then return 1; fi
    sleep 0.02 2>/dev/null || sleep 1
  done
}
launch() {
  build
  px_n=$((${px_n:-0} + 1))
  mv "$px_new" "$px_object/$px_n"
  px_dir=$px_object/$px_n
  if command -v setsid >/dev/null 2>&1; then px_setsid=setsid; else px_setsid=; fi
  # PX_SHELL may be two words, px_setsid none.
  # shellcheck disable=SC2086
  ( $px_setsid $PX_SHELL "$px_dir/launch" "$px_dir" </dev/null >/dev/null 2>&1 9>&- & )
  await_processes 20 || die "job $px_n did not start: $(tail -n 5 "$px_dir/log")"
}
clean() {
  for px_old in "$px_object"/[0-9]*; do
    if [ "${px_old##*/}" -le $((px_n - px_kept - 1)) ]; then rm -rf "$px_old"; fi
  done
}
while :; do
  px_lock_start
  # Not before the lock: whoever forgets the last object removes it, and cannot while we hold something in it.
  chmod 755 "$PX_ROOT"
  mkdir -p "$px_object"
  px_latest "$px_object"
  px_state=started
  px_mine
  if [ -n "$px_n" ] && [ $px_state = started ]; then
    px_dir=$px_object/$px_n
    await_processes 3 || :
    if [ ! -f "$px_dir/processes" ]; then
      # Whoever wrote it died before it was launched. Aside first: a late launcher then finds nothing to begin with.
      mv "$px_dir" "$px_object/dead.$$"; rm -rf "$px_object/dead.$$"
    elif px_running "$px_dir"; then
      if grep -qxF "hash=$px_hash" "$px_dir/meta"; then px_state=joined; printf '%s\n' "$px_operation" >>"$px_dir/operations"
      else px_state=other; fi
    else
      px_settle "$px_dir" || :
    fi
  fi
  if [ $px_state = started ]; then launch; clean; fi
  px_unlock "start-$px_folder" 9
  px_follow "$px_n" $px_state
  if [ $px_state != other ]; then break; fi
done
