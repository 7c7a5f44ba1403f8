# shellcheck shell=sh
# What the runner of a job is made of, beside its locks and steps. Before it come host.sh, job-functions.sh, px_release,
# which gives the locks back, and $PX_JOB, the job's folder.
#
# px_finish EXIT REASON STEP   ends the job with this verdict, once the log has it all
# px_no_lock CODE NAME         ends the job, since px_lock ended with this code
# px_step_ended CODE           after each step: the next one, or the end of the job
px_finish() {
  px_release
  printf '== job %s ended with exit code %s\n' "${PX_JOB##*/}" "$1"
  px_tries=0
  while [ $px_tries -lt 20 ] && [ ! -e "$PX_JOB/log.full" ]; do
    case $(tail -n 1 "$PX_JOB/log") in "== job "*) break ;; esac
    px_tries=$((px_tries + 1)); sleep 0.05 2>/dev/null || sleep 1
  done
  if [ -e "$PX_JOB/log.full" ]; then
    exec >/dev/null 2>&1
    px_tries=0
    while [ $px_tries -lt 40 ] && [ ! -e "$PX_JOB/log.tail" ]; do px_tries=$((px_tries + 1)); sleep 0.05 2>/dev/null || sleep 1; done
  fi
  px_result "$PX_JOB" "$@"
  exit "$1"
}
px_no_lock() {
  if [ "$1" = 75 ]; then px_finish 75 locked "$2"; fi
  printf 'this host cannot lock %s/locks/%s\n' "$PX_JOBS" "$2"
  px_finish 1 failed ''
}
px_step_ended() {
  px_uptime
  if [ "$1" = 0 ]; then
    printf '<== %s: done after %s s\n' "$px_step" $((px_up - px_step_began)); return 0
  fi
  printf '<== %s: failed with exit code %s after %s s\n' "$px_step" "$1" $((px_up - px_step_began))
  # Without setsid processes are ended one by one, and the step may go before us: its time was over all the same.
  if [ -e "$PX_JOB/overdue" ]; then px_finish 124 timeout "$px_step"; fi
  px_finish "$1" failed "$px_step"
}
