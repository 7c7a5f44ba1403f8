# shellcheck shell=sh
# What the scripts of a job share on the host: who is alive, who holds a lock. host.sh comes before.
#
# POSIX sh for dash, bash and busybox; flock and setsid are used where they are. Processes are known by number and
# time of birth (field 22 of /proc/N/stat), so that a reused number is never mistaken for ours.
px_held=
px_uptime() { read -r px_up px_rest </proc/uptime; px_up=${px_up%%.*}; }
px_birth() {
  px_born=
  { read -r px_stat </proc/"$1"/stat; } 2>/dev/null || return 1
  # Fields.
  # shellcheck disable=SC2086
  set -- ${px_stat##*") "}
  if [ "$1" = Z ] || [ "$1" = X ]; then return 1; fi
  shift 19
  px_born=$1
}
# px_alive PID BORN BOOT
px_alive() { [ "$3" = "$px_boot_id" ] && px_birth "$1" && [ "$px_born" = "$2" ]; }
# px_running FOLDER: does its job run now?
px_running() {
  if [ -s "$1/result" ] || [ ! -f "$1/processes" ]; then return 1; fi
  while read -r px_role px_pid px_then px_boot; do
    if px_alive "$px_pid" "$px_then" "$px_boot"; then return 0; fi
  done <"$1/processes"
  return 1
}
# Who forgets the last object removes our folders, maybe one that mkdir -p has just made or was about to build on.
px_make_locks() {
  # Mostly it is there, and a process is dear on an emulated host. Where it goes a moment later, the lock is tried again.
  if [ -d "$PX_JOBS/locks" ]; then return 0; fi
  px_made=0
  until mkdir -p "$PX_JOBS/locks" 2>/dev/null; do
    px_made=$((px_made + 1))
    if [ $px_made -ge 8 ]; then mkdir -p "$PX_JOBS/locks"; return; fi
  done
}
# px_lock NAME FD SECONDS: 75 when another one holds it for longer; 76 where this host cannot lock. px_say_waiting tells who.
px_lock() {
  px_uptime; px_until=$((px_up + $3)); px_told=
  while :; do
    px_make_locks || return 76
    px_by=$PX_JOBS/locks/$1
    if command -v flock >/dev/null 2>&1; then
      # "command" keeps a failure from ending the script: who removes the last trace of an object may remove the folder.
      if ! eval "command exec $2>>\"\$px_by\"" 2>/dev/null; then
        if [ -d "$PX_JOBS/locks" ]; then return 76; else continue; fi
      fi
      px_flocked=0; flock -n "$2" || px_flocked=$?
      if [ "$px_flocked" = 0 ]; then
        # Another one may have removed the file while we waited: its lock would be worth nothing.
        if [ "$px_by" -ef "/proc/self/fd/$2" ]; then break; fi
        eval "exec $2>&-"; continue
      fi
      eval "exec $2>&-"
      # 1: another one holds it. More is no answer of a lock: no such program, no locks on this file system.
      if [ "$px_flocked" != 1 ]; then return 76; fi
    else
      px_by=$px_by.held
      px_birth $$ || :
      if ! printf '%s\n%s\n' "$PX_WHO" "$$ $px_born $px_boot_id" >"$PX_JOBS/locks/try.$$"; then
        if [ -d "$PX_JOBS/locks" ]; then return 76; else continue; fi
      fi
      # A name for a whole file, or no name: a lock is never there without its holder.
      if ln "$PX_JOBS/locks/try.$$" "$px_by" 2>/dev/null; then rm -f "$PX_JOBS/locks/try.$$"; break; fi
      rm -f "$PX_JOBS/locks/try.$$"
      px_break_stale "$1"
    fi
    if [ -z "$px_told" ]; then px_told=yes; px_say_waiting "$1" "$(px_holder "$px_by")"; fi
    px_uptime
    if [ "$px_up" -ge "$px_until" ]; then return 75; fi
    sleep 0.2 2>/dev/null || sleep 1
  done
  px_held="$px_held $1 "
  if [ "$px_by" = "$PX_JOBS/locks/$1" ]; then
    px_birth $$ || :
    printf '%s\n%s\n' "$PX_WHO" "$$ $px_born $px_boot_id" >"$px_by" || :
  fi
}
px_say_waiting() { printf 'waiting for %s, held by %s\n' "$1" "$2"; }
px_holder() { px_name=; { read -r px_name <"$1"; } 2>/dev/null || :; printf '%s' "${px_name:-somebody}"; }
# Without flock a lock outlives its holder: where that one is dead, it goes, unless it is another one's by then.
px_break_stale() {
  px_stale=$PX_JOBS/locks/$1.held
  # What somebody tried with and did not clear away.
  for px_try in "$PX_JOBS/locks"/try.[0-9]*; do
    if [ -e "$px_try" ] && ! px_birth "${px_try##*.}"; then rm -f "$px_try"; fi
  done
  if [ ! -e "$px_stale" ]; then return 0; fi
  px_then=; { { read -r px_name; read -r px_pid px_then px_boot; } <"$px_stale"; } 2>/dev/null || :
  # Without a second line: a power failure kept the name and lost the rest.
  if [ -n "$px_then" ] && px_alive "$px_pid" "$px_then" "$px_boot"; then return 0; fi
  mv "$px_stale" "$PX_JOBS/locks/try.$$" 2>/dev/null || return 0
  px_now=; { { read -r px_name; read -r px_pid px_now px_boot; } <"$PX_JOBS/locks/try.$$"; } 2>/dev/null || :
  if [ "$px_now" != "$px_then" ]; then ln "$PX_JOBS/locks/try.$$" "$px_stale" 2>/dev/null || :; fi
  rm -f "$PX_JOBS/locks/try.$$"
}
# px_unlock NAME FD: nothing where we do not hold it.
px_unlock() {
  case $px_held in *" $1 "*) ;; *) return 0 ;; esac
  if command -v flock >/dev/null 2>&1; then
    : >"$PX_JOBS/locks/$1"
    eval "exec $2>&-"
  else
    rm -f "$PX_JOBS/locks/$1.held"
  fi
}
# px_result FOLDER EXIT REASON STEP: the verdict, whole or not at all; the first one counts. Fails where it cannot be written.
px_result() {
  rm -rf "$1/files" "$1/pipe" || :
  if [ -s "$1/result" ]; then return 0; fi
  if printf 'pulumi-xen job result 1\nexit=%s\nreason=%s\nstep=%s\nended=%s\n' "$2" "$3" "$4" "$(date +%s || :)" >"$1/result.$$" &&
    mv -f "$1/result.$$" "$1/result"; then return 0; fi
  rm -f "$1/result.$$" || :
  return 1
} 2>/dev/null
# px_end_rest FOLDER: ends what a dead runner left at work. It is known by the mark in its environment and by the session
# it is in: a program that a step made a service of its own (xl's, a web server) has another one, and lives on.
px_end_rest() {
  px_rest_session=
  while read -r px_role px_pid px_then px_boot; do
    if [ "$px_role" = runner ] && [ "$px_boot" = "$px_boot_id" ]; then px_rest_session=$px_pid; fi
  done <"$1/processes"
  if [ -z "$px_rest_session" ]; then return 0; fi
  for px_proc in /proc/[0-9]*; do
    px_stat=; { read -r px_stat <"$px_proc/stat"; } 2>/dev/null || continue
    # Fields.
    # shellcheck disable=SC2086
    set -- "$1" ${px_stat##*") "}
    if [ "$5" = "$px_rest_session" ] && tr '\0' '\n' <"$px_proc/environ" 2>/dev/null | grep -qxF "PX_JOB_MARK=$1"; then
      kill -s KILL "${px_proc#/proc/}" 2>/dev/null || :
    fi
  done
}
# px_settle FOLDER: a job without a verdict that does not run any more gets one. Fails where that cannot be written.
px_settle() {
  if [ -s "$1/result" ] || px_running "$1"; then return 0; fi
  px_step=; { read -r px_step <"$1/step"; } 2>/dev/null || :
  px_code=137 px_reason=killed px_boot=
  # An empty list of processes is what a power failure leaves of it: it got its name when it was whole.
  { read -r px_role px_pid px_then px_boot <"$1/processes"; } 2>/dev/null || :
  if [ "$px_boot" != "$px_boot_id" ]; then px_reason=rebooted
  else
    px_end_rest "$1"
    if [ -e "$1/overdue" ]; then px_code=124 px_reason=timeout; fi
  fi
  px_result "$1" "$px_code" "$px_reason" "$px_step"
}
# px_latest FOLDER: the highest number in it, or nothing
px_latest() {
  px_n=
  for px_dir in "$1"/[0-9]*; do
    px_dir=${px_dir##*/}
    case $px_dir in *[!0-9]*) continue ;; esac
    if [ -z "$px_n" ] || [ "$px_dir" -gt "$px_n" ]; then px_n=$px_dir; fi
  done
}
