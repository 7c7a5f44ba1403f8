# shellcheck shell=sh
# What asks for a job, follows it or forgets it begins with this. Before it come host.sh, job-functions.sh and
# $px_folder, the object's name as that of a folder.
PX_WHO="the start of a job"
px_say_waiting() { :; }
px_object=$PX_JOBS/$px_folder
px_lock_start() {
  px_locked=0; px_lock "start-$px_folder" 9 120 || px_locked=$?
  if [ $px_locked = 75 ]; then die "another start of $px_folder does not end"; fi
  if [ $px_locked != 0 ]; then die "this host cannot lock $PX_JOBS/locks/start-$px_folder"; fi
}
