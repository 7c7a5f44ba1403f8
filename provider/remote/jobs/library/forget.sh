# shellcheck shell=sh
# Removes every trace of the object's jobs, and our folder where nothing is left in it. Before it come host.sh,
# job-functions.sh and client.sh.
if [ ! -d "$PX_JOBS" ]; then rmdir "$PX_ROOT" 2>/dev/null || :; exit 0; fi
px_lock_start
px_latest "$px_object"
if [ -n "$px_n" ] && px_running "$px_object/$px_n"; then die "job $px_n of $px_folder still runs"; fi
# Twice: what is left of a job whose runner was killed may just write its last word there.
set -- "$px_object" "$PX_JOBS/locks/object-$px_folder" "$PX_JOBS/locks/object-$px_folder.held"
rm -rf "$@" 2>/dev/null || { sleep 1; rm -rf "$@"; }
rm -f "$PX_JOBS/locks/start-$px_folder" "$PX_JOBS/locks/start-$px_folder.held"
exec 9>&-
for px_dir in "$PX_JOBS"/*; do
  if [ "$px_dir" != "$PX_JOBS/locks" ] && [ -e "$px_dir" ]; then exit 0; fi
done
for px_section in boot network packages; do
  if command -v flock >/dev/null 2>&1 && [ -e "$PX_JOBS/locks/section-$px_section" ]; then
    ( exec 8>>"$PX_JOBS/locks/section-$px_section"; if flock -n 8; then rm -f "$PX_JOBS/locks/section-$px_section"; fi ) 2>/dev/null || :
  fi
  px_break_stale "section-$px_section"
done
rmdir "$PX_JOBS/locks" "$PX_JOBS" 2>/dev/null || :
rmdir "$PX_ROOT" 2>/dev/null || :
