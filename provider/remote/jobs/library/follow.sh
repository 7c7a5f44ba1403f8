# shellcheck shell=sh
# Copies the log of a job as it grows; a line each 5 s shows both sides that the other is there. Each look is two
# processes, and those are dear on an emulated host: where the first twenty took longer than their pauses explain, it looks
# once a second from then on, else five times.
#
# Before it come host.sh, job-functions.sh, client.sh, $px_mark, $px_operation, what the client has already
# ($px_resume_job, $px_resume_bytes) and whether that is its own job ($px_ours: yes or no). The job that this very
# operation started or joined, though others may have run since: it is never started twice.
px_mine() {
  for px_dir in "$px_object"/[0-9]*; do
    if [ -f "$px_dir/processes" ] && grep -qxF "$px_operation" "$px_dir/operations" 2>/dev/null; then px_n=${px_dir##*/} px_state=mine; return 0; fi
  done
  if [ "$px_ours" = yes ]; then px_forgotten; exit 0; fi
}
# Another one has removed all that was left of the object.
px_forgotten() { printf '\n%s result 1 forgotten \n' "$px_mark"; }
# px_follow JOB STATE: to its verdict.
px_follow() {
  px_dir=$px_object/$1
  px_skip=0
  if [ "$px_resume_job" = "$1" ]; then px_skip=$px_resume_bytes; fi
  px_limit=; { while IFS='=' read -r px_key px_value; do if [ "$px_key" = timeout ]; then px_limit=$px_value; fi; done <"$px_dir/meta"; } 2>/dev/null || :
  printf '\n%s job %s %s %s %s\n' "$px_mark" "$1" "$2" "$px_skip" "$px_limit"
  if ! command exec 3<"$px_dir/log"; then px_forgotten; return 0; fi
  if [ "$px_skip" -gt 0 ]; then dd bs="$px_skip" skip=1 count=0 <&3 >/dev/null 2>&1 || :; fi
  px_beats=0 px_nap=0.05 px_beat_each=5
  px_uptime; px_first_look=$px_up
  while :; do
    px_done=no; if [ -s "$px_dir/result" ]; then px_done=yes; fi
    cat <&3
    if [ "$px_done" = yes ]; then break; fi
    if ! px_settle "$px_dir"; then px_done=unwritten; cat <&3; break; fi
    px_beats=$((px_beats + 1))
    if [ $((px_beats % px_beat_each)) = 0 ]; then printf '\n%s beat\n' "$px_mark"; fi
    if [ "$px_beats" = 20 ]; then
      px_uptime
      if [ $((px_up - px_first_look)) -le 2 ]; then px_nap=0.2 px_beat_each=25; else px_nap=1; fi
    fi
    sleep "$px_nap" 2>/dev/null || sleep 1
  done
  exec 3<&-
  if [ -e "$px_dir/log.tail" ]; then printf '\n%s gap\n' "$px_mark"; cat "$px_dir/log.tail" || :; fi
  if [ "$px_done" = unwritten ]; then
    if [ ! -d "$px_dir" ]; then px_forgotten; else printf '\n%s result 1 unwritten \n' "$px_mark"; fi
    return 0
  fi
  px_code=1 px_reason=unknown px_step=
  { while IFS='=' read -r px_key px_value; do
    case $px_key in exit) px_code=$px_value ;; reason) px_reason=$px_value ;; step) px_step=$px_value ;; esac
  done <"$px_dir/result"; } 2>/dev/null || px_reason=forgotten
  printf '\n%s result %s %s %s\n' "$px_mark" "$px_code" "$px_reason" "$px_step"
}
