# shellcheck shell=sh
# Which file systems of other machines do not answer: whoever looks at a file there waits for ever, and so does all that runs behind him.
# Each is asked once, all at the same time, and given up after ten seconds. Where none is mounted nothing is started.
#
#   $lost_mounts      a line for each: where it is mounted, a blank, what of
#   is_lost PATH      PATH lies on one of them, as it is written; $lost_at says which
#   refuse_lost PATH  ends the script there: what is out of sight is not gone
lost_mounts=
lost_asked=
while read -r lost_from lost_on lost_type lost_rest; do
  case $lost_type in nfs | nfs4 | cifs | smb3 | ceph | fuse.*) lost_asked=yes ;; esac
done 2>/dev/null </proc/self/mounts || :
if [ -n "$lost_asked" ] && command -v timeout >/dev/null 2>&1; then
  lost_mounts=$(
    while read -r lost_from lost_on lost_type lost_rest; do
      case $lost_type in nfs | nfs4 | cifs | smb3 | ceph | fuse.*) ;; *) continue ;; esac
      # statfs always asks the server; a file's size may come from memory. Only SIGKILL ends who waits for it.
      {
        lost_rc=0; timeout -s KILL 10 stat -f -- "$lost_on" || lost_rc=$?
        [ "$lost_rc" != 137 ] || printf '%s %s\n' "$lost_on" "$lost_from" >&5
      } 5>&1 >/dev/null 2>&1 &
    done </proc/self/mounts
    wait
  )
fi
is_lost() {
  [ -n "$lost_mounts" ] || return 1
  while read -r lost_on lost_from; do
    case $1 in "$lost_on" | "$lost_on"/*) lost_at="$lost_on ($lost_from)"; return 0 ;; esac
  done <<LOST
$lost_mounts
LOST
  return 1
}
refuse_lost() {
  if is_lost "$1"; then
    die "it cannot be seen whether $1 is there: the file system mounted at $lost_at did not answer within 10 s. See that its server is up and can be reached, then run the same again."
  fi
}
