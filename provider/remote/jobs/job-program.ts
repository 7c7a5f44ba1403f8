/**
 * The two programs that a job consists of on the host. Pure.
 *
 * `launch` lives as long as the job: it starts the runner in a process group of its own, keeps the log in bounds, ends
 * the runner when its time is over, and writes the verdict where the runner could not. `script` is the runner: locks,
 * then step after step, each in its own subshell, to the first that fails.
 */
import { type HostSection, type Job, type ShellText, type Step, libraryText, lines, preamble, sh } from "../../shell";
import { hostFunctions } from "../host-script";
import { jobFunctions } from "./job-functions";

/** 32768 pieces of at most 512 bytes: 16 MiB; then only the log's last 64 KiB are kept, in `log.tail`. */
const LOG_PIECES = 32_768;
const LOG_TAIL_BYTES = 65_536;
const SECTIONS_IN_ORDER: readonly HostSection[] = ["boot", "network", "packages"];
export const DEFAULT_JOB_TIMEOUT_SECONDS = 900;

const launch = libraryText(__dirname, "launch.sh");
const runner = libraryText(__dirname, "runner.sh");

export function launcherProgram(timeoutSeconds: number): ShellText {
  return sh`${preamble}
${hostFunctions}
${jobFunctions}
px_timeout=${timeoutSeconds} px_log_pieces=${LOG_PIECES} px_log_tail_bytes=${LOG_TAIL_BYTES}
${launch}`;
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
px_release() {
${lines(held.map(({ name, fd }) => sh`  px_unlock ${name} ${fd}`))}
}
${runner}set +e`,
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
