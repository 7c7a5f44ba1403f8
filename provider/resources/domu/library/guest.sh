# shellcheck shell=sh
# For the steps of one guest's job. They count on the variables `uuid`, `guest` (its declared name) and `folder`.
#
#   phase, set_phase PHASE       how far the guest's life has come, on the host
#   veil TEXT                    prints it, with [secret] for whatever the job's file of secrets names
#   give_up SENTENCE HINT        writes both down for the client and ends the step
#   watch_console ID             reads the domain's console into console.log, in the background
#   show_console                 prints what is new in console.log, whole lines, for the job's log
#   end_watch                    ends the reading
#   disk_holds PATH              what is on a disk, in a few words; nothing where it is provably empty
#   disk_may_be_written PATH CONSENT   ends the step unless the disk is empty, or an install of this guest was begun on it, or
#                                CONSENT is "yes": what is there may be lost
#   release_seed PATH            no loop device holds the file any more, once nobody uses it
#   disk_identity PATH           device and inode, or major and minor: which disk it is, whatever it is called
phase() { cat "$folder/phase" 2>/dev/null || echo none; }
set_phase() {
  note_down "$folder/phase" "$1"
  echo "phase: $1"
}
# Without a program, whose arguments would show what it takes out.
veil() {
  ve_text=$1
  if [ -f "${JOB_FILES:-/nonexistent}/secrets" ]; then
    while IFS= read -r ve_secret; do
      ve_done=
      while :; do
        case $ve_text in
          *"$ve_secret"*) ve_done=$ve_done${ve_text%%"$ve_secret"*}'[secret]'; ve_text=${ve_text#*"$ve_secret"} ;;
          *) break ;;
        esac
      done
      ve_text=$ve_done$ve_text
    done <"$JOB_FILES/secrets"
  fi
  printf '%s\n' "$ve_text"
}
give_up() {
  gu_text=$(veil "$1
$2")
  if [ -d "$folder" ]; then printf '%s\n' "$gu_text" >"$folder/failure"; fi
  printf '%s\n' "$gu_text" >&2; exit 1
}
console_log=$folder/console.log console_shown=0 console_pid='' console_of=''
# The reader opens the console's terminal by itself: it is not "xl console", which would keep people's own out.
# It ends by itself with the domain. What the guest wrote before waits in xenconsoled.
watch_console() {
  [ "$1" != "$console_of" ] || return 0
  end_watch
  console_tty=$(xenstore-read "/local/domain/$1/console/tty" 2>/dev/null) || return 0
  [ -c "$console_tty" ] || return 0
  cat "$console_tty" >>"$console_log" 2>/dev/null 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
  console_pid=$! console_of=$1
}
show_console() {
  [ -f "$console_log" ] || return 0
  sc_bytes=$(wc -c <"$console_log")
  # Larger than any installer's own log; a guest that writes without end is not followed for ever.
  [ "$sc_bytes" -le 16777216 ] || end_watch
  sc_lines=$(wc -l <"$console_log")
  if [ "$sc_lines" -gt "$console_shown" ]; then
    tail -n +"$((console_shown + 1))" "$console_log" | head -n "$((sc_lines - console_shown))" | tail -n 20 |
      console_text |
      while IFS= read -r sc_line; do veil "| $sc_line"; done | cut -c 1-200 || true
    console_shown=$sc_lines
  fi
}
end_watch() {
  if [ -n "$console_pid" ]; then kill "$console_pid" 2>/dev/null || true; wait "$console_pid" 2>/dev/null || true; fi
  console_pid='' console_of=''
}
# Where libxl ends `block add` after 40 s, the loop device of a seed stays, and with it what may hold a password's hash. The kernel keeps one
# that is in use until its last user lets go (loop(4), LO_FLAGS_AUTOCLEAR).
release_seed() {
  for rs_file in /sys/block/loop*/loop/backing_file; do
    [ -f "$rs_file" ] || continue
    rs_backing=; { IFS= read -r rs_backing || :; } <"$rs_file" 2>/dev/null || :
    case $rs_backing in "$1" | "$1 (deleted)") rs_loop=${rs_file#/sys/block/}; losetup -d "/dev/${rs_loop%%/*}" || true ;; esac
  done
}
disk_identity() {
  if [ -b "$1" ]; then stat -L -c 'device %t:%T' -- "$1"; else stat -L -c 'file %d:%i' -- "$1"; fi 2>/dev/null || echo unknown
}
disk_holds() {
  dh_image=$1 dh_copy=''
  if ! dd if="$1" of=/dev/null bs=1048576 count=2 2>/dev/null; then echo "what cannot be read"; return 0; fi
  # A guest may write any bytes: what begins like qcow2 is looked into as qcow2 only to see whether anything is in it.
  if [ "$(dd if="$1" bs=4 count=1 2>/dev/null | od -An -tx1 | tr -d ' \n')" = 514649fb ]; then
    dh_copy=$(mktemp)
    if ! qemu-img dd -f qcow2 -O raw bs=1048576 count=2 "if=$1" "of=$dh_copy" >/dev/null 2>&1; then
      rm -f "$dh_copy"; echo "a qcow2 image that cannot be looked into"; return 0
    fi
    dh_image=$dh_copy
  elif [ -f "$1" ] && [ "$(stat -L -c %b -- "$1")" = 0 ]; then return 0
  fi
  dh_kind=$(blkid -p -o export -- "$dh_image" 2>/dev/null | sed -n 's/^PTTYPE=\(.*\)/a partition table (\1)/p; s/^TYPE=\(.*\)/a file system or volume (\1)/p' | head -n 1) || dh_kind=''
  if [ -z "$dh_kind" ]; then
    # Where nothing is recognised: the places of partition tables and of every file system's own mark are in the first 2 MiB.
    dh_bytes=$(dd if="$dh_image" bs=1048576 count=2 2>/dev/null | tr -d '\0' | wc -c)
    if [ "$dh_bytes" -gt 0 ]; then
      if [ "$(dd if="$dh_image" bs=1 skip=510 count=2 2>/dev/null | od -An -tx1 | tr -d ' \n')" = 55aa ]; then dh_kind="a partition table"
      else dh_kind="data"; fi
    fi
  fi
  if [ -n "$dh_copy" ]; then rm -f "$dh_copy"; fi
  if [ -n "$dh_kind" ]; then printf '%s\n' "$dh_kind"; fi
}
disk_may_be_written() {
  dw_holds=$(disk_holds "$1")
  [ -n "$dw_holds" ] || return 0
  [ "$(cat "$folder/install.disk" 2>/dev/null)" != "$(disk_identity "$1")" ] || return 0
  if [ "$2" = yes ]; then veil "what is on $1 ($dw_holds) is lost, as allow says"; return 0; fi
  give_up "The first disk, $1, holds $dw_holds, and an installer would write over it. Nothing was touched." 'Remove install to boot what is there, use another disk, or add "dataLoss" to allow.'
}
