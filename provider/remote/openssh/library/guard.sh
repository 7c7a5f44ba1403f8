# shellcheck shell=sh
# Runs ssh beside a watch on our stdin: when we end, however we end, so does ssh, and its folder goes.
# $1 is the folder, the rest ssh and its arguments. It runs on the machine that runs Pulumi.
px_folder=$1; shift
exec 3<&0 </dev/null
"$@" 3<&- &
px_ssh=$!
{ read -r px_line <&3; kill "$px_ssh"; } >/dev/null 2>&1 &
px_watch=$!
exec 3<&-
wait "$px_ssh"
px_code=$?
kill "$px_watch" 2>/dev/null
# A configuration may have sent it into the background (ForkAfterAuthentication).
if [ -S "$px_folder/control" ]; then ssh -F none -S "$px_folder/control" -O exit host 2>/dev/null; fi
rm -rf -- "$px_folder"
exit "$px_code"
