# shellcheck shell=sh
# Writes what comes by stdin (sparse-stream.ts) to $px_path, whole or not at all: $px_size bytes with the sum
# $px_sha256, and the mode $px_mode. host.sh and job-functions.sh come before; $px_head_bytes and $px_block_bytes are
# the stream's.
px_folder=$(dirname -- "$px_path")
mkdir -p -- "$px_folder"
# Drafts are named after their writer, so that the next one can clear away those of the dead (kill -9, power lost).
for px_draft in "$px_folder"/.pulumi-xen.[0-9]*.[0-9]*; do
  px_pid=${px_draft##*/.pulumi-xen.}; px_then=${px_pid#*.}; px_pid=${px_pid%%.*}
  if [ -f "$px_draft" ] && ! { px_birth "$px_pid" && [ "$px_born" = "$px_then" ]; }; then rm -f -- "$px_draft"; fi
done
px_birth $$
px_new=$px_folder/.pulumi-xen.$$.$px_born
: >"$px_new"
trap 'rm -f -- "$px_new"' EXIT
trap 'exit 1' HUP INT TERM PIPE
while :; do
  px_head=$(dd bs="$px_head_bytes" count=1 iflag=fullblock 2>/dev/null)
  # Words.
  # shellcheck disable=SC2086
  set -- $px_head
  case ${1:-} in
    blocks)
      px_said=$(dd of="$px_new" bs="$px_block_bytes" seek="$2" count="$3" iflag=fullblock conv=notrunc 2>&1) || die "$px_said" ;;
    end) break ;;
    *) die "the content ended early" ;;
  esac
done
if [ "$2" != "$px_size" ]; then die "$2 bytes arrived, not $px_size"; fi
dd of="$px_new" bs=1 seek="$px_size" count=0 2>/dev/null </dev/null
px_sum=$(sha256sum <"$px_new")
if [ "${px_sum%% *}" != "$px_sha256" ]; then die "the sha256 of what arrived is ${px_sum%% *}, not $px_sha256"; fi
chmod "$px_mode" "$px_new"
sync "$px_new" 2>/dev/null || sync
mv -f -- "$px_new" "$px_path"
trap - EXIT
