/** What can be done with jobs from here: start or join one, follow the one that runs, remove the traces. */
import { randomBytes } from "node:crypto";
import type { Job } from "../../shell";
import { backoffMs, pause } from "../backoff";
import { assertSameHost } from "../identity";
import { newMark } from "../mark";
import type { JobResult, Progress } from "../remote-host";
import { TRIES_AT_MOST, type Target, follow, isLost, send } from "./follow";
import { DEFAULT_JOB_TIMEOUT_SECONDS } from "./job-program";
import { followScript, forgetScript, startScript } from "./job-start";
import { JobStream } from "./job-stream";
import { verdictOf } from "./job-verdict";
import { notFollowed } from "./not-followed";

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
  for (let attempt = 1; ; attempt += 1) {
    const mark = newMark();
    const script = forgetScript(object, { mark, expectedMachineId: target.expectedMachineId });
    const outcome = await send(target.link, script, { timeoutSeconds: 180 });
    if (outcome.kind === "exit" && outcome.code === 0) return;
    new JobStream(mark, (event) => {
      if (event.kind === "host") assertSameHost(target.link.label, target.expectedMachineId, event.machineId);
    }).take(outcome.stdout);
    if (!isLost(outcome) || attempt >= TRIES_AT_MOST)
      throw notFollowed(target.link.label, `removing the jobs of ${object}`, outcome);
    await pause(backoffMs(attempt));
  }
}

function newOperation(): string {
  return randomBytes(16).toString("hex");
}
