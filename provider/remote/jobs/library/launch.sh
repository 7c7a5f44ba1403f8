# shellcheck shell=sh
# The launcher of a job: FOLDER. It lives as long as the job, starts the runner in a process group of its own, keeps the
# log in bounds, ends the runner when its time is over, and writes the verdict where the runner could not.
#
# Before it come host.sh and job-functions.sh. $px_timeout: seconds that the job may take. $px_log_pieces: pieces of 512
# bytes that the log may have; then only the last $px_log_tail_bytes are kept, in log.tail.
PX_JOB=$1
trap '' HUP
exec </dev/null >/dev/null 2>>"$PX_JOB/log"
px_identify
px_birth $$
printf '%s\n' "launcher $$ $px_born $px_boot_id" >"$PX_JOB/processes.new"
mv "$PX_JOB/processes.new" "$PX_JOB/processes"
mkfifo "$PX_JOB/pipe"
( exec 2>/dev/null; set +e
  dd bs=512 count="$px_log_pieces" >>"$PX_JOB/log"
  : >"$PX_JOB/log.full"
  tail -c "$px_log_tail_bytes" >"$PX_JOB/log.tail.new"
  if [ -s "$PX_JOB/log.tail.new" ]; then mv "$PX_JOB/log.tail.new" "$PX_JOB/log.tail"
  else rm -f "$PX_JOB/log.tail.new" "$PX_JOB/log.full"; fi
) <"$PX_JOB/pipe" &
if command -v setsid >/dev/null 2>&1; then px_group=setsid; else px_group=; fi
PX_JOB_MARK=$PX_JOB; export PX_JOB_MARK
trap - HUP
# PX_SHELL may be two words, px_group none.
# shellcheck disable=SC2086
$px_group $PX_SHELL "$PX_JOB/script" "$PX_JOB" >"$PX_JOB/pipe" 2>&1 &
px_runner=$!
trap '' HUP
px_birth "$px_runner" || px_born=ended
printf '%s\n' "runner $px_runner $px_born $px_boot_id" >>"$PX_JOB/processes"
px_kill() {
  if [ -n "$px_group" ]; then kill -s "$1" -- "-$px_runner" 2>/dev/null; return 0; fi
  for px_dir in /proc/[0-9]*; do
    if [ "$px_dir" != "/proc/$$" ] && [ "$px_dir" != "/proc/$px_dog" ] &&
      tr '\0' '\n' <"$px_dir/environ" 2>/dev/null | grep -qxF "PX_JOB_MARK=$PX_JOB"; then kill -s "$1" "${px_dir#/proc/}"; fi
  done 2>/dev/null
}
( unset PX_JOB_MARK; px_dog=none
  while px_birth "$px_runner"; do
    px_started=; { read -r px_started <"$PX_JOB/running"; } 2>/dev/null || :
    px_uptime
    if [ -n "$px_started" ] && [ $((px_up - px_started)) -ge "$px_timeout" ]; then
      : >"$PX_JOB/overdue"
      px_kill TERM
      sleep 5
      px_kill KILL
      break
    fi
    sleep 3
  done ) &
px_dog=$!
set +e
wait "$px_runner"; px_code=$?
if [ -s "$PX_JOB/result" ]; then exit 0; fi
sleep 0.2 2>/dev/null
# What the runner had begun goes on without it, beside the next job, unless it is ended here.
px_kill KILL
px_step=; { read -r px_step <"$PX_JOB/step"; } 2>/dev/null
if [ -e "$PX_JOB/overdue" ]; then px_result "$PX_JOB" 124 timeout "$px_step"; exit; fi
# A runner that ends well has written its verdict; without one nothing is known to be done.
if [ "$px_code" = 0 ]; then px_code=1; fi
px_result "$PX_JOB" "$px_code" killed "$px_step"
