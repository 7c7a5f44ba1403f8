/**
 * The one script that starts a job or joins it, and follows its log: one round trip. Pure.
 *
 * The client may send the same script again after a lost link: `operation` is written into the job it started or
 * joined, so that it then finds that one, running or ended, and never starts it twice.
 */
import { createHash } from "node:crypto";
import { BadInputError } from "../../errors";
import { type Job, type ShellText, lines, sh } from "../../shell";
import { type Mark, framed, introduction } from "../host-script";
import { jobFunctions } from "./job-functions";
import { DEFAULT_JOB_TIMEOUT_SECONDS, folderOf, launcherProgram, runnerProgram } from "./job-program";

/** Old jobs of an object that are kept beside the newest one. */
const KEPT_JOBS = 4;

export interface Follower {
  readonly mark: Mark;
  readonly expectedMachineId: string | undefined;
  /** What we followed already, how much of its log we have, and whether its verdict is ours or another one's. */
  readonly resume?: { readonly job: string; readonly bytes: number; readonly isOurs: boolean };
}

export function startScript(job: Job, operation: string, follower: Follower): string {
  const timeoutSeconds = job.timeoutSeconds ?? DEFAULT_JOB_TIMEOUT_SECONDS;
  const runner = runnerProgram(job);
  const files = (job.files ?? []).map((file) => {
    if (!/^[A-Za-z0-9][A-Za-z0-9.-]*$/.test(file.name))
      throw new BadInputError(`A job file cannot be named "${file.name}".`);
    return sh`unpack files/${file.name} ${Buffer.from(file.content).toString("base64")}`;
  });
  return framed(
    lines([
      opening(job.object, follower),
      // Here alone: a host that is only asked for a job, and then refused, is left as it was.
      sh`mkdir -p "$PX_ROOT" 2>/dev/null || die "cannot make $PX_ROOT: root is needed there (user root, or sudo: true)"`,
      sh`px_operation=${operation} px_hash=${contentHash(job, runner)} px_timeout=${timeoutSeconds}
unpack() { printf %s "$2" | base64 -d >"$px_new/$1" || die "cannot write $px_new/$1"; }
build() {
  px_new=$px_object/new.$$
  rm -rf "$px_object"/new.* "$px_object"/dead.*
  mkdir -p "$px_new/files"
  unpack script ${Buffer.from(runner.text).toString("base64")}
  unpack launch ${Buffer.from(launcherProgram(timeoutSeconds).text).toString("base64")}
${lines(files)}
  printf '%s\n' 'pulumi-xen job 1' object=${job.object} title=${job.title} hash="$px_hash" timeout="$px_timeout" "created=$(date +%s)" >"$px_new/meta"
  printf '%s\n' "$px_operation" >"$px_new/operations"
  : >"$px_new/log"
}
await_processes() {
  px_uptime; px_until=$((px_up + $1))
  while [ ! -f "$px_dir/processes" ]; do
    px_uptime
    if [ "$px_up" -ge "$px_until" ]; then return 1; fi
    sleep 0.05 2>/dev/null || sleep 1
  done
}
launch() {
  build
  px_n=$((\${px_n:-0} + 1))
  mv "$px_new" "$px_object/$px_n"
  px_dir=$px_object/$px_n
  if command -v setsid >/dev/null 2>&1; then px_setsid=setsid; else px_setsid=; fi
  ( $px_setsid $PX_SHELL "$px_dir/launch" "$px_dir" </dev/null >/dev/null 2>&1 9>&- & )
  await_processes 20 || die "job $px_n did not start: $(tail -n 5 "$px_dir/log")"
}
clean() {
  px_kept=${KEPT_JOBS}
  for px_old in "$px_object"/[0-9]*; do
    if [ "\${px_old##*/}" -le $((px_n - px_kept - 1)) ]; then rm -rf "$px_old"; fi
  done
}
while :; do
  px_lock_start
  # Not before the lock: whoever forgets the last object removes it, and cannot while we hold something in it.
  chmod 755 "$PX_ROOT"
  mkdir -p "$px_object"
  px_latest "$px_object"
  px_state=started
  px_mine
  if [ -n "$px_n" ] && [ $px_state = started ]; then
    px_dir=$px_object/$px_n
    await_processes 3 || :
    if [ ! -f "$px_dir/processes" ]; then
      # Whoever wrote it died before it was launched. Aside first: a late launcher then finds nothing to begin with.
      mv "$px_dir" "$px_object/dead.$$"; rm -rf "$px_object/dead.$$"
    elif px_running "$px_dir"; then
      if grep -qxF "hash=$px_hash" "$px_dir/meta"; then px_state=joined; printf '%s\n' "$px_operation" >>"$px_dir/operations"
      else px_state=other; fi
    else
      px_settle "$px_dir" || :
    fi
  fi
  if [ $px_state = started ]; then launch; clean; fi
  px_unlock "start-$px_folder" 9
  px_follow "$px_n" $px_state
  if [ $px_state != other ]; then break; fi
done`,
    ]),
  );
}

/** Follows the job that runs for the object, or says that none does. */
export function followScript(object: string, operation: string, follower: Follower): string {
  return framed(
    lines([
      opening(object, follower),
      sh`px_operation=${operation}
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
printf '\n%s none\n' "$px_mark"`,
    ]),
  );
}

/** Removes every trace of the object's jobs, and our folder where nothing is left in it. */
export function forgetScript(object: string, follower: Follower): string {
  return framed(
    lines([
      opening(object, follower),
      sh`if [ ! -d "$PX_JOBS" ]; then rmdir "$PX_ROOT" 2>/dev/null || :; exit 0; fi
px_lock_start
px_latest "$px_object"
if [ -n "$px_n" ] && px_running "$px_object/$px_n"; then die "job $px_n of $px_folder still runs"; fi
# Twice: what is left of a job whose runner was killed may just write its last word there.
set -- "$px_object" "$PX_JOBS/locks/object-$px_folder" "$PX_JOBS/locks/object-$px_folder.held"
rm -rf "$@" 2>/dev/null || { sleep 1; rm -rf "$@"; }
rm -f "$PX_JOBS/locks/start-$px_folder" "$PX_JOBS/locks/start-$px_folder.held"
exec 9>&-
for px_dir in "$PX_JOBS"/*; do
  if [ "$px_dir" != "$PX_JOBS/locks" ] && [ -e "$px_dir" ]; then exit 0; fi
done
for px_section in boot network packages; do
  if command -v flock >/dev/null 2>&1 && [ -e "$PX_JOBS/locks/section-$px_section" ]; then
    ( exec 8>>"$PX_JOBS/locks/section-$px_section"; if flock -n 8; then rm -f "$PX_JOBS/locks/section-$px_section"; fi ) 2>/dev/null || :
  fi
  px_break_stale "section-$px_section"
done
rmdir "$PX_JOBS/locks" "$PX_JOBS" 2>/dev/null || :
rmdir "$PX_ROOT" 2>/dev/null || :`,
    ]),
  );
}

function opening(object: string, follower: Follower): ShellText {
  if (!/^[a-z0-9-]+\/[A-Za-z0-9_.+-]+$/.test(object))
    throw new BadInputError(`A job's object cannot be named "${object}".`);
  return lines([
    introduction(follower.mark, follower.expectedMachineId),
    jobFunctions,
    sh`px_mark=${follower.mark} px_folder=${folderOf(object)} px_resume_job=${follower.resume?.job ?? ""} px_resume_bytes=${follower.resume?.bytes ?? 0} px_ours=${follower.resume?.isOurs === true ? "yes" : "no"}
PX_WHO="the start of a job"
px_say_waiting() { :; }
px_object=$PX_JOBS/$px_folder
px_lock_start() {
  px_locked=0; px_lock "start-$px_folder" 9 120 || px_locked=$?
  if [ $px_locked = 75 ]; then die "another start of $px_folder does not end"; fi
  if [ $px_locked != 0 ]; then die "this host cannot lock $PX_JOBS/locks/start-$px_folder"; fi
}
# The job that this very operation started or joined, though others may have run since: it is never started twice.
px_mine() {
  for px_dir in "$px_object"/[0-9]*; do
    if [ -f "$px_dir/processes" ] && grep -qxF "$px_operation" "$px_dir/operations" 2>/dev/null; then px_n=\${px_dir##*/} px_state=mine; return 0; fi
  done
  if [ $px_ours = yes ]; then px_forgotten; exit 0; fi
}
# Another one has removed all that was left of the object.
px_forgotten() { printf '\n%s result 1 forgotten \n' "$px_mark"; }`,
    followFunction,
  ]);
}

/**
 * Copies the log as it grows; a line each 5 s shows both sides that the other is there. Each look is two
 * processes, and those are dear on an emulated host: where the first ten took longer than their pauses explain, it looks
 * once a second from then on, else five times.
 */
const followFunction: ShellText = sh`px_follow() {
  px_dir=$px_object/$1
  px_skip=0
  if [ "$px_resume_job" = "$1" ]; then px_skip=$px_resume_bytes; fi
  px_limit=; { while IFS== read -r px_key px_value; do if [ "$px_key" = timeout ]; then px_limit=$px_value; fi; done <"$px_dir/meta"; } 2>/dev/null || :
  printf '\n%s job %s %s %s %s\n' "$px_mark" "$1" "$2" "$px_skip" "$px_limit"
  if ! command exec 3<"$px_dir/log"; then px_forgotten; return 0; fi
  if [ "$px_skip" -gt 0 ]; then dd bs="$px_skip" skip=1 count=0 <&3 >/dev/null 2>&1 || :; fi
  px_beats=0 px_nap=0.1 px_beat_each=5
  px_uptime; px_first_look=$px_up
  while :; do
    px_done=no; if [ -s "$px_dir/result" ]; then px_done=yes; fi
    cat <&3
    if [ $px_done = yes ]; then break; fi
    if ! px_settle "$px_dir"; then px_done=unwritten; cat <&3; break; fi
    px_beats=$((px_beats + 1))
    if [ $((px_beats % px_beat_each)) = 0 ]; then printf '\n%s beat\n' "$px_mark"; fi
    if [ $px_beats = 10 ]; then
      px_uptime
      if [ $((px_up - px_first_look)) -le 2 ]; then px_nap=0.2 px_beat_each=25; else px_nap=1; fi
    fi
    sleep $px_nap 2>/dev/null || sleep 1
  done
  exec 3<&-
  if [ -e "$px_dir/log.tail" ]; then printf '\n%s gap\n' "$px_mark"; cat "$px_dir/log.tail" || :; fi
  if [ $px_done = unwritten ]; then
    if [ ! -d "$px_dir" ]; then px_forgotten; else printf '\n%s result 1 unwritten \n' "$px_mark"; fi
    return 0
  fi
  px_code=1 px_reason=unknown px_step=
  { while IFS== read -r px_key px_value; do
    case $px_key in exit) px_code=$px_value ;; reason) px_reason=$px_value ;; step) px_step=$px_value ;; esac
  done <"$px_dir/result"; } 2>/dev/null || px_reason=forgotten
  printf '\n%s result %s %s %s\n' "$px_mark" "$px_code" "$px_reason" "$px_step"
}
`;

/** What the job does: its runner and its files. Two jobs with the same hash are the same job. */
function contentHash(job: Job, runner: ShellText): string {
  const hash = createHash("sha256").update(runner.text);
  for (const file of job.files ?? []) hash.update(`\0${file.name}\0`).update(file.content);
  return hash.digest("hex");
}
