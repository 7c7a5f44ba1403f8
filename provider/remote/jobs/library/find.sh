# shellcheck shell=sh
# Follows the job that runs for the object, or says that none does. Before it come host.sh, job-functions.sh, client.sh,
# follow.sh and $px_operation.
px_latest "$px_object"
px_state=none
px_mine
if [ $px_state = none ] && { [ -e "$PX_JOBS/locks/start-$px_folder" ] || [ -e "$PX_JOBS/locks/start-$px_folder.held" ]; }; then
  # A start may be under way, of a run that was killed as soon as it had asked for it: what it starts is to be followed.
  px_lock_start
  px_unlock "start-$px_folder" 9
  px_latest "$px_object"
fi
if [ -n "$px_n" ]; then
  px_dir=$px_object/$px_n
  if [ $px_state = mine ]; then
    px_follow "$px_n" mine
    exit 0
  elif px_running "$px_dir"; then
    printf '%s\n' "$px_operation" >>"$px_dir/operations"
    px_follow "$px_n" joined
    exit 0
  fi
fi
printf '\n%s none\n' "$px_mark"
