/**
 * The one script that starts a job or joins it, and follows its log: one round trip. Pure.
 *
 * The client may send the same script again after a lost link: `operation` is written into the job it started or
 * joined, so that it then finds that one, running or ended, and never starts it twice.
 */
import { createHash } from "node:crypto";
import { BadInputError } from "../../errors";
import { type Job, type ShellText, libraryText, lines, sh } from "../../shell";
import { type Mark, framed, introduction } from "../host-script";
import { jobFunctions } from "./job-functions";
import { DEFAULT_JOB_TIMEOUT_SECONDS, folderOf, launcherProgram, runnerProgram } from "./job-program";

/** Old jobs of an object that are kept beside the newest one. */
const KEPT_JOBS = 4;

const client = libraryText(__dirname, "client.sh");
const follow = libraryText(__dirname, "follow.sh");
const start = libraryText(__dirname, "start.sh");
const find = libraryText(__dirname, "find.sh");
const forget = libraryText(__dirname, "forget.sh");

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
    return put(sh`files/${file.name}`, file.content);
  });
  return framed(
    lines([
      opening(job.object, follower),
      follow,
      // Here alone: a host that is only asked for a job, and then refused, is left as it was.
      sh`mkdir -p "$PX_ROOT" 2>/dev/null || die "cannot make $PX_ROOT: root is needed there (user root, or sudo: true)"`,
      sh`px_operation=${operation} px_hash=${contentHash(job, runner)} px_timeout=${timeoutSeconds} px_kept=${KEPT_JOBS}
put() { printf %s "$2" >"$px_new/$1" || die "cannot write $px_new/$1"; }
unpack() { printf %s "$2" | base64 -d >"$px_new/$1" || die "cannot write $px_new/$1"; }
build() {
  px_new=$px_object/new.$$
  rm -rf "$px_object"/new.* "$px_object"/dead.*
  mkdir -p "$px_new/files"
  ${put(sh`script`, runner.text)}
  ${put(sh`launch`, launcherProgram(timeoutSeconds).text)}
${lines(files)}
  printf '%s\n' 'pulumi-xen job 1' object=${job.object} title=${job.title} hash="$px_hash" timeout="$px_timeout" "created=$(date +%s)" >"$px_new/meta"
  printf '%s\n' "$px_operation" >"$px_new/operations"
  : >"$px_new/log"
}
${start}`,
    ]),
  );
}

/** Text is written by the shell itself: each process that is started counts on a busy host. */
function put(path: ShellText, content: string | Uint8Array): ShellText {
  return typeof content === "string" && !content.includes("\0")
    ? sh`put ${path} ${content}`
    : sh`unpack ${path} ${Buffer.from(content).toString("base64")}`;
}

/** Follows the job that runs for the object, or says that none does. */
export function followScript(object: string, operation: string, follower: Follower): string {
  return framed(
    lines([
      opening(object, follower),
      follow,
      sh`px_operation=${operation}
${find}`,
    ]),
  );
}

/** Removes every trace of the object's jobs, and our folder where nothing is left in it. */
export function forgetScript(object: string, follower: Follower): string {
  return framed(lines([opening(object, follower), forget]));
}

function opening(object: string, follower: Follower): ShellText {
  if (!/^[a-z0-9-]+\/[A-Za-z0-9_.+-]+$/.test(object))
    throw new BadInputError(`A job's object cannot be named "${object}".`);
  return lines([
    introduction(follower.mark, follower.expectedMachineId),
    jobFunctions,
    sh`px_mark=${follower.mark} px_folder=${folderOf(object)} px_resume_job=${follower.resume?.job ?? ""} px_resume_bytes=${follower.resume?.bytes ?? 0} px_ours=${follower.resume?.isOurs === true ? "yes" : "no"}
${client}`,
  ]);
}

/** What the job does: its runner and its files. Two jobs with the same hash are the same job. */
function contentHash(job: Job, runner: ShellText): string {
  const hash = createHash("sha256").update(runner.text);
  for (const file of job.files ?? []) hash.update(`\0${file.name}\0`).update(file.content);
  return hash.digest("hex");
}
