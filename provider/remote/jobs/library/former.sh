# shellcheck shell=sh
# May a job run for the object, or be about to? A question begins with this, so it starts no process. Before it come host.sh
# and $px_folder, the object's name as that of a folder. Sets px_former to yes or no; where it says yes, find.sh looks closely.
px_former=no
if [ -s "$PX_JOBS/locks/start-$px_folder" ] || [ -e "$PX_JOBS/locks/start-$px_folder.held" ]; then px_former=yes; fi
for px_dir in "$PX_JOBS/$px_folder"/[0-9]* "$PX_JOBS/$px_folder"/new.*; do
  if [ -d "$px_dir" ] && [ ! -s "$px_dir/result" ]; then px_former=yes; fi
done
