#!/bin/sh
# sshd's ForceCommand for counting: runs what was asked for, and writes a line into $BENCH_COUNTS for each session ("exec")
# and for each whose shell was sent something ("script"). A shell that was opened ahead and never used is no script.
set -u
echo exec >>"$BENCH_COUNTS"
folder=$(mktemp -d "$BENCH_COUNTS.XXXXXX")
mkfifo "$folder/stdin"
exec 3<&0
{
  if IFS= read -r first || [ -n "$first" ]; then
    echo script >>"$BENCH_COUNTS"
    printf '%s\n' "$first"
    exec cat
  fi
} <&3 >"$folder/stdin" 2>/dev/null &
feeder=$!
/bin/sh -c "$SSH_ORIGINAL_COMMAND" <"$folder/stdin" 3<&-
code=$?
kill "$feeder" 2>/dev/null
rm -rf "$folder"
exit "$code"
