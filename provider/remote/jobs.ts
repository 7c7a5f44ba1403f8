/**
 * Jobs as seen from here: start or join, follow over however many connections it takes, read the verdict.
 * A lost link never means "unknown": the job goes on on the host, and the same script sent again finds it.
 */
import { randomBytes } from "node:crypto";
import { CommandError, ConnectError, JobError, hasCode } from "../errors";
import type { Job } from "../shell";
import { backoffMs, pause } from "./backoff";
import { WRONG_HOST_EXIT } from "./host-script";
import { assertSameHost } from "./identity";
import { noShell, told } from "./inquiry";
import { interruption } from "./interruption";
import { JobLog } from "./job-log";
import { DEFAULT_JOB_TIMEOUT_SECONDS } from "./job-program";
import { type Follower, followScript, forgetScript, startScript } from "./job-start";
import { type JobEvent, JobStream } from "./job-stream";
import type { Link } from "./link";
import type { Outcome } from "./outcome";
import type { JobResult, Progress } from "./remote-host";

/** The follower on the host says something each 5 s. */
const SILENCE_MS = 30_000;
/** How long we look for a lost host at least, and beyond the job's own limit. */
const SEARCH_GRACE_SECONDS = 120;
/** Where sshd allows few sessions, who follows a job lets others in after this time, and then goes on. */
const TURN_MS = 5_000;
/** A job that waits for locks may take longer than its own limit. */
const FOLLOW_SECONDS = 7 * 24 * 3600;

interface Target {
  readonly link: Link;
  readonly expectedMachineId: string | undefined;
}

type Verdict = Extract<JobEvent, { kind: "result" }>;

interface Followed {
  job: string | undefined;
  state: string | undefined;
  limitSeconds: number;
  bytes: number;
  log: JobLog;
  verdict: Verdict | undefined;
  isNone: boolean;
}

export async function performJob(target: Target, job: Job, progress: Progress | undefined): Promise<JobResult> {
  const operation = newOperation();
  const limit = job.timeoutSeconds ?? DEFAULT_JOB_TIMEOUT_SECONDS;
  const followed = await follow(target, job.title, limit, progress, (follower) =>
    startScript(job, operation, follower),
  );
  return verdictOf(target.link.label, job.object, job.title, followed);
}

export async function followJob(
  target: Target,
  object: string,
  progress: Progress | undefined,
): Promise<JobResult | undefined> {
  const operation = newOperation();
  const followed = await follow(target, `the job of ${object}`, DEFAULT_JOB_TIMEOUT_SECONDS, progress, (follower) =>
    followScript(object, operation, follower),
  );
  if (followed.isNone) return undefined;
  return verdictOf(target.link.label, object, "the job that ran", followed);
}

/** Removes all traces of an object's jobs from the host; for the end of an object's life. */
export async function forgetJobs(target: Target, object: string): Promise<void> {
  const mark = newMark();
  const script = forgetScript(object, { mark, expectedMachineId: target.expectedMachineId });
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await target.link.withSession((session) => session.run(script, { timeoutSeconds: 180 }));
    if (outcome.kind === "exit" && outcome.code === 0) return;
    if (outcome.kind !== "lost" || attempt >= 3)
      throw failure(target, `removing the jobs of ${object}`, outcome, undefined);
    await pause(backoffMs(attempt));
  }
}

async function follow(
  target: Target,
  title: string,
  limitSeconds: number,
  progress: Progress | undefined,
  scriptFor: (follower: Follower) => string,
): Promise<Followed> {
  const followed: Followed = {
    job: undefined,
    state: undefined,
    limitSeconds,
    bytes: 0,
    log: new JobLog(progress),
    verdict: undefined,
    isNone: false,
  };
  let lastSignAt = Date.now();
  for (let attempt = 1; ; attempt += 1) {
    interruption.throwIfAsked(title, target.link.label, followed.job);
    const before = Date.now();
    try {
      const outcome = await followOnce(target, followed, progress, scriptFor, () => {
        lastSignAt = Date.now();
        attempt = 1;
      });
      if (followed.verdict !== undefined || followed.isNone) return followed;
      interruption.throwIfAsked(title, target.link.label, followed.job);
      if (outcome.kind === "gave-way") continue;
      if (outcome.kind !== "lost" && outcome.kind !== "timeout") throw failure(target, title, outcome, followed.log);
    } catch (error) {
      if (!hasCode(error, "connect")) throw error;
      // Before anything was sent the usual attempts of a dial are enough.
      if (followed.job === undefined && attempt === 1) throw error;
    }
    if (Date.now() - lastSignAt > (followed.limitSeconds + SEARCH_GRACE_SECONDS) * 1000) {
      throw new ConnectError(
        `The connection with ${target.link.label} was lost during "${title}" and did not come back; the job${
          followed.job === undefined ? "" : ` ${followed.job}`
        } goes on there.`,
        { hint: "Run the same again when the host is reachable: it then follows that job." },
      );
    }
    if (Date.now() - before < 10_000) await pause(backoffMs(Math.min(attempt, 5)));
  }
}

async function followOnce(
  target: Target,
  followed: Followed,
  progress: Progress | undefined,
  scriptFor: (follower: Follower) => string,
  sign: () => void,
): Promise<Outcome> {
  const mark = newMark();
  const resume = followed.job === undefined ? {} : { resume: { job: followed.job, bytes: followed.bytes } };
  const script = scriptFor({ mark, expectedMachineId: target.expectedMachineId, ...resume });
  const stop = new AbortController();
  let wrongHost: unknown;
  let silence: NodeJS.Timeout | undefined;
  const listen = (): void => {
    clearTimeout(silence);
    silence = setTimeout(() => {
      target.link.refresh();
      stop.abort();
    }, SILENCE_MS).unref();
  };
  const stream = new JobStream(mark, (event) => {
    if (event.kind !== "host") {
      apply(followed, event, progress);
      return;
    }
    try {
      assertSameHost(target.link.label, target.expectedMachineId, event.machineId);
    } catch (error) {
      wrongHost = error;
    }
  });
  const forgetInterruption = interruption.onAsked(() => {
    stop.abort();
  });
  try {
    const outcome = await target.link.withSession((session) => {
      listen();
      return session.run(script, {
        timeoutSeconds: FOLLOW_SECONDS,
        signal: stop.signal,
        obligingAfterMs: TURN_MS,
        onOutput: (bytes) => {
          sign();
          listen();
          stream.take(bytes);
        },
      });
    });
    if (wrongHost !== undefined) throw wrongHost as Error;
    if (outcome.kind === "exit" && outcome.code === WRONG_HOST_EXIT)
      throw failure(target, "finding the host", outcome, undefined);
    return outcome;
  } finally {
    clearTimeout(silence);
    forgetInterruption();
  }
}

function apply(followed: Followed, event: JobEvent, progress: Progress | undefined): void {
  switch (event.kind) {
    case "job":
      if (followed.job !== event.job) {
        followed.log = new JobLog(progress);
        followed.bytes = 0;
      }
      followed.job = event.job;
      followed.state = event.state;
      if (event.limitSeconds > 0) followed.limitSeconds = event.limitSeconds;
      if (event.state === "other")
        progress?.(`another job (${event.job}) runs for the same object: waiting for its end`);
      return;
    case "log":
      followed.bytes += event.bytes.length;
      followed.log.take(event.bytes);
      return;
    case "gap":
      followed.log.gap();
      return;
    case "result":
      followed.log.end();
      // The end of another one's job is only the beginning of ours.
      if (followed.state === "other") followed.job = undefined;
      else followed.verdict = event;
      return;
    case "none":
      followed.isNone = true;
      return;
    case "host":
      return;
  }
}

/** @throws JobError */
function verdictOf(label: string, object: string, title: string, followed: Followed): JobResult {
  const { verdict, log } = followed;
  const jobId = `${object}/${followed.job ?? "?"}`;
  if (verdict?.exitCode === 0) return { jobId, log: log.text() };
  const logTail = log.lastLines(20);
  const { exitCode, reason, step } = { exitCode: 1, reason: "unknown", step: "", ...verdict };
  throw new JobError(
    `${title} on ${label}: ${whatEnded(reason, step, exitCode, followed.limitSeconds)}${logTail === "" ? "." : `:\n${logTail}`}`,
    {
      jobId,
      step,
      exitCode,
      logTail,
    },
  );
}

function whatEnded(reason: string, step: string, exitCode: number, limitSeconds: number): string {
  const where = step === "" ? "the job" : `step "${step}"`;
  switch (reason) {
    case "failed":
      return `${where} failed with exit code ${String(exitCode)}`;
    case "timeout":
      return `${where} did not end within ${String(limitSeconds)} s and was ended`;
    case "rebooted":
      return `the host was restarted while ${where} ran`;
    case "locked":
      return `others held what the job needs (${step}) for too long`;
    default:
      return `${where} was ended from outside (exit code ${String(exitCode)})`;
  }
}

function failure(target: Target, title: string, outcome: Outcome, log: JobLog | undefined): Error {
  const { label } = target.link;
  if (outcome.kind === "exit") {
    const shell = noShell(label, outcome);
    if (shell !== undefined) return shell;
    return new CommandError(
      `${title} on ${label} could not be started or followed: exit code ${String(outcome.code)}${told(outcome.stderr)}`,
    );
  }
  const tail = log?.lastLines(5) ?? "";
  return new CommandError(
    `${title} on ${label} could not be followed (${outcome.kind})${tail === "" ? "." : `:\n${tail}`}`,
  );
}

function newMark(): string {
  return `@${randomBytes(8).toString("hex")}`;
}

function newOperation(): string {
  return randomBytes(16).toString("hex");
}
