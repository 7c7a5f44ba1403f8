/**
 * The two programs that a job consists of on the host. Pure.
 *
 * `launch` lives as long as the job: it starts the runner in a process group of its own, keeps the log in bounds, ends
 * the runner when its time is over, and writes the verdict where the runner could not. `script` is the runner: locks,
 * then step after step, each in its own subshell, to the first that fails.
 */
import { type HostSection, type Job, type ShellText, type Step, lines, preamble, sh } from "../../shell";
import { hostFunctions } from "../host-script";
import { jobFunctions } from "./job-functions";

/** 32768 pieces of at most 512 bytes: 16 MiB; then only the log's last 64 KiB are kept, in `log.tail`. */
const LOG_PIECES = 32_768;
const LOG_TAIL_BYTES = 65_536;
const SECTIONS_IN_ORDER: readonly HostSection[] = ["boot", "network", "packages"];
export const DEFAULT_JOB_TIMEOUT_SECONDS = 900;

export function launcherProgram(timeoutSeconds: number): ShellText {
  return sh`${preamble}
${hostFunctions}
${jobFunctions}
PX_JOB=$1
trap '' HUP
exec </dev/null >/dev/null 2>>"$PX_JOB/log"
px_identify
px_birth $$
printf '%s\n' "launcher $$ $px_born $px_boot_id" >"$PX_JOB/processes.new"
mv "$PX_JOB/processes.new" "$PX_JOB/processes"
mkfifo "$PX_JOB/pipe"
( exec 2>/dev/null; set +e
  dd bs=512 count=${LOG_PIECES} >>"$PX_JOB/log"
  : >"$PX_JOB/log.full"
  tail -c ${LOG_TAIL_BYTES} >"$PX_JOB/log.tail.new"
  if [ -s "$PX_JOB/log.tail.new" ]; then mv "$PX_JOB/log.tail.new" "$PX_JOB/log.tail"
  else rm -f "$PX_JOB/log.tail.new" "$PX_JOB/log.full"; fi
) <"$PX_JOB/pipe" &
if command -v setsid >/dev/null 2>&1; then px_group=setsid; else px_group=; fi
PX_JOB_MARK=$PX_JOB; export PX_JOB_MARK
trap - HUP
$px_group $PX_SHELL "$PX_JOB/script" "$PX_JOB" >"$PX_JOB/pipe" 2>&1 &
px_runner=$!
trap '' HUP
px_birth "$px_runner" || px_born=ended
printf '%s\n' "runner $px_runner $px_born $px_boot_id" >>"$PX_JOB/processes"
px_kill() {
  if [ -n "$px_group" ]; then kill -s "$1" -- "-$px_runner" 2>/dev/null; return 0; fi
  for px_dir in /proc/[0-9]*; do
    if [ "$px_dir" != "/proc/$$" ] && [ "$px_dir" != "/proc/$px_dog" ] &&
      tr '\0' '\n' <"$px_dir/environ" 2>/dev/null | grep -qxF "PX_JOB_MARK=$PX_JOB"; then kill -s "$1" "\${px_dir#/proc/}"; fi
  done 2>/dev/null
}
( unset PX_JOB_MARK; px_dog=none
  while px_birth "$px_runner"; do
    px_started=; { read -r px_started <"$PX_JOB/running"; } 2>/dev/null || :
    px_uptime
    if [ -n "$px_started" ] && [ $((px_up - px_started)) -ge ${timeoutSeconds} ]; then
      : >"$PX_JOB/overdue"
      px_kill TERM
      sleep 5
      px_kill KILL
      break
    fi
    sleep 3
  done ) &
px_dog=$!
set +e
wait "$px_runner"; px_code=$?
if [ -s "$PX_JOB/result" ]; then exit 0; fi
sleep 0.2 2>/dev/null
# What the runner had begun goes on without it, beside the next job, unless it is ended here.
px_kill KILL
px_step=; { read -r px_step <"$PX_JOB/step"; } 2>/dev/null
if [ -e "$PX_JOB/overdue" ]; then px_result "$PX_JOB" 124 timeout "$px_step"; exit; fi
# A runner that ends well has written its verdict; without one nothing is known to be done.
if [ "$px_code" = 0 ]; then px_code=1; fi
px_result "$PX_JOB" "$px_code" killed "$px_step"
`;
}

export function runnerProgram(job: Job): ShellText {
  const timeoutSeconds = job.timeoutSeconds ?? DEFAULT_JOB_TIMEOUT_SECONDS;
  // Locks are always taken in this order, so that no two jobs can wait for each other.
  const locks = [
    `object-${folderOf(job.object)}`,
    ...SECTIONS_IN_ORDER.filter((section) => job.sections?.includes(section)).map((section) => `section-${section}`),
  ];
  const held = locks.map((name, index) => ({ name, fd: 9 - index }));
  return lines([
    sh`${preamble}
${hostFunctions}
${jobFunctions}
PX_JOB=$1 JOB_FILES=$1/files; export JOB_FILES
px_identify
PX_WHO=${`${job.object} (${job.title}), job `}\${PX_JOB##*/}
px_finish() {
${lines(held.map(({ name, fd }) => sh`  px_unlock ${name} ${fd}`))}
  printf '== job %s ended with exit code %s\n' "\${PX_JOB##*/}" "$1"
  px_tries=0
  while [ $px_tries -lt 20 ] && [ ! -e "$PX_JOB/log.full" ]; do
    case $(tail -n 1 "$PX_JOB/log") in "== job "*) break ;; esac
    px_tries=$((px_tries + 1)); sleep 0.05 2>/dev/null || sleep 1
  done
  if [ -e "$PX_JOB/log.full" ]; then
    exec >/dev/null 2>&1
    px_tries=0
    while [ $px_tries -lt 40 ] && [ ! -e "$PX_JOB/log.tail" ]; do px_tries=$((px_tries + 1)); sleep 0.05 2>/dev/null || sleep 1; done
  fi
  px_result "$PX_JOB" "$@"
  exit "$1"
}
px_no_lock() {
  if [ "$1" = 75 ]; then px_finish 75 locked "$2"; fi
  printf 'this host cannot lock %s/locks/%s\n' "$PX_JOBS" "$2"
  px_finish 1 failed ''
}
px_step_ended() {
  px_uptime
  if [ "$1" = 0 ]; then
    printf '<== %s: done after %s s\n' "$px_step" $((px_up - px_step_began)); return 0
  fi
  printf '<== %s: failed with exit code %s after %s s\n' "$px_step" "$1" $((px_up - px_step_began))
  # Without setsid processes are ended one by one, and the step may go before us: its time was over all the same.
  if [ -e "$PX_JOB/overdue" ]; then px_finish 124 timeout "$px_step"; fi
  px_finish "$1" failed "$px_step"
}
set +e`,
    ...held.map(({ name, fd }) => sh`px_lock ${name} ${fd} ${Math.max(timeoutSeconds, 900)} || px_no_lock $? ${name}`),
    // Whoever took us for dead has said so: that counts, and another job may be under way.
    sh`if [ -s "$PX_JOB/result" ]; then exit 1; fi`,
    sh`px_uptime; printf '%s\n' "$px_up" >"$PX_JOB/running"`,
    ...job.steps.map((step) =>
      stepText(
        step,
        held.map(({ fd }) => fd),
      ),
    ),
    sh`px_finish 0 done ''
`,
  ]);
}

/** In its own subshell, where `set -e` holds (it would not after `if` or before `||`), and without our locks. */
function stepText(step: Step, fds: readonly number[]): ShellText {
  return sh`px_step=${step.name}
printf '%s\n' "$px_step" >"$PX_JOB/step"
printf '==> %s: %s\n' "$px_step" ${step.title}
px_uptime; px_step_began=$px_up
( exec ${fds.reduce((text, fd) => sh`${text} ${fd}>&-`, sh``)}
set -eu
${step.script}
)
px_step_ended $?`;
}

/** `domu/guest1` → `domu-guest1`. */
export function folderOf(object: string): string {
  return object.replaceAll("/", "-");
}
