/**
 * What the scripts of a job share on the host: who is alive, who holds a lock. Pure.
 *
 * POSIX sh for dash, bash and busybox; `flock` and `setsid` are used where they are. Processes are known by number and
 * time of birth (field 22 of /proc/N/stat), so that a number used again is never taken for ours.
 */
import { type ShellText, sh } from "../shell";

export const jobFunctions: ShellText = sh`PX_JOBS=$PX_ROOT/jobs px_held=
px_uptime() { read -r px_up px_rest </proc/uptime; px_up=\${px_up%%.*}; }
px_birth() {
  px_born=
  { read -r px_stat </proc/"$1"/stat; } 2>/dev/null || return 1
  set -- \${px_stat##*") "}
  if [ "$1" = Z ] || [ "$1" = X ]; then return 1; fi
  shift 19
  px_born=$1
}
# px_alive PID BORN BOOT
px_alive() { [ "$3" = "$px_boot_id" ] && px_birth "$1" && [ "$px_born" = "$2" ]; }
# px_running FOLDER: does its job run now?
px_running() {
  if [ -e "$1/result" ] || [ ! -f "$1/processes" ]; then return 1; fi
  while read -r px_role px_pid px_then px_boot; do
    if px_alive "$px_pid" "$px_then" "$px_boot"; then return 0; fi
  done <"$1/processes"
  return 1
}
# px_lock NAME FD SECONDS: 75 when another one holds it for longer. px_say_waiting tells who.
px_lock() {
  px_uptime; px_until=$((px_up + $3)); px_told=
  while :; do
    mkdir -p "$PX_JOBS/locks"
    if command -v flock >/dev/null 2>&1; then
      px_by=$PX_JOBS/locks/$1
      eval "exec $2>>\"\$px_by\""
      if flock -n "$2"; then
        # Another one may have removed the file while we waited: its lock would be worth nothing.
        if [ "$px_by" -ef "/proc/self/fd/$2" ]; then break; fi
        eval "exec $2>&-"; continue
      fi
      eval "exec $2>&-"
    else
      px_by=$PX_JOBS/locks/$1.folder/by
      if mkdir "$PX_JOBS/locks/$1.folder" 2>/dev/null; then break; fi
      px_break_stale "$1"
    fi
    if [ -z "$px_told" ]; then px_told=yes; px_say_waiting "$1" "$(px_holder "$px_by")"; fi
    px_uptime
    if [ "$px_up" -ge "$px_until" ]; then return 75; fi
    sleep 0.2 2>/dev/null || sleep 1
  done
  px_held="$px_held $1 "
  px_birth $$ || :
  printf '%s\n%s\n' "$PX_WHO" "$$ $px_born $px_boot_id" >"$px_by"
}
px_say_waiting() { printf 'waiting for %s, held by %s\n' "$1" "$2"; }
px_holder() { px_name=; { read -r px_name <"$1"; } 2>/dev/null || :; printf '%s' "\${px_name:-somebody}"; }
# A folder as lock outlives its holder: where that one is dead, the folder goes, unless it is another one's by then.
px_break_stale() {
  px_stale=$PX_JOBS/locks/$1.folder
  { { read -r px_name; read -r px_pid px_then px_boot; } <"$px_stale/by"; } 2>/dev/null || return 0
  if px_alive "$px_pid" "$px_then" "$px_boot"; then return 0; fi
  mv "$px_stale" "$px_stale.$$" 2>/dev/null || return 0
  { { read -r px_name; read -r px_pid px_now px_boot; } <"$px_stale.$$/by"; } 2>/dev/null || px_now=
  if [ "$px_now" = "$px_then" ]; then rm -rf "$px_stale.$$"; else mv "$px_stale.$$" "$px_stale"; fi
}
# px_unlock NAME FD: nothing where we do not hold it.
px_unlock() {
  case $px_held in *" $1 "*) ;; *) return 0 ;; esac
  if command -v flock >/dev/null 2>&1; then
    : >"$PX_JOBS/locks/$1"
    eval "exec $2>&-"
  else
    rm -rf "$PX_JOBS/locks/$1.folder"
  fi
}
# px_result FOLDER EXIT REASON STEP: the verdict, whole or not at all; the first one counts.
px_result() {
  rm -rf "$1/files" "$1/pipe"
  if [ -e "$1/result" ]; then return 0; fi
  printf 'pulumi-xen job result 1\nexit=%s\nreason=%s\nstep=%s\nended=%s\n' "$2" "$3" "$4" "$(date +%s)" >"$1/result.$$"
  mv -f "$1/result.$$" "$1/result"
}
# px_settle FOLDER: a job without a verdict that does not run any more gets one.
px_settle() {
  if [ -e "$1/result" ] || px_running "$1"; then return 0; fi
  px_step=; { read -r px_step <"$1/step"; } 2>/dev/null || :
  px_reason=killed
  { read -r px_role px_pid px_then px_boot <"$1/processes"; } 2>/dev/null || px_boot=$px_boot_id
  if [ "$px_boot" != "$px_boot_id" ]; then px_reason=rebooted; fi
  px_result "$1" 137 "$px_reason" "$px_step"
}
# px_latest FOLDER: the highest number in it, or nothing
px_latest() {
  px_n=
  for px_dir in "$1"/[0-9]*; do
    px_dir=\${px_dir##*/}
    case $px_dir in *[!0-9]*) continue ;; esac
    if [ -z "$px_n" ] || [ "$px_dir" -gt "$px_n" ]; then px_n=$px_dir; fi
  done
}
`;
