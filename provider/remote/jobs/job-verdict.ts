/** How a job ended: its result, or the error that says what happened, with the end of its log and what to do. Pure. */
import { JobError } from "../../errors";
import { inPlainWords } from "../../shell";
import type { JobResult } from "../remote-host";
import type { JobLog } from "./job-log";
import type { JobEvent } from "./job-stream";

export type Verdict = Extract<JobEvent, { kind: "result" }>;

export interface EndedJob {
  /** Its number. */
  readonly job: string | undefined;
  readonly limitSeconds: number;
  readonly log: JobLog;
  readonly verdict: Verdict | undefined;
}

/** @throws JobError */
export function verdictOf(label: string, object: string, title: string, ended: EndedJob): JobResult {
  const { verdict, log } = ended;
  const jobId = `${object}/${ended.job ?? "?"}`;
  if (verdict?.exitCode === 0) return { jobId, log: log.text() };
  const logTail = inPlainWords(log.lastLines(20));
  const { exitCode, reason, step } = { exitCode: 1, reason: "unknown", step: "", ...verdict };
  const hint = HINTS[reason];
  throw new JobError(
    `${title} on ${label}: ${whatEnded(reason, step, exitCode, ended.limitSeconds)}${logTail === "" ? "." : `:\n${logTail}`}`,
    {
      jobId,
      step,
      exitCode,
      logTail,
    },
    hint === undefined ? {} : { hint },
  );
}

/** What to do where the job itself is not at fault. */
const HINTS: Readonly<Record<string, string>> = {
  killed: "See on the host what ended it (dmesg reports a lack of memory), then run the same again.",
  rebooted: "Run the same again: each step is made so, whatever was done of it.",
  locked: "Wait for their end, or see what they do (the log of the job named above), then run the same again.",
  unwritten: "See that the host's disk is neither full nor read-only (df, mount), then run the same again.",
  forgotten: "Run the same again: what was done of it is found.",
};

function whatEnded(reason: string, step: string, exitCode: number, limitSeconds: number): string {
  const where = step === "" ? "the job" : `step "${step}"`;
  switch (reason) {
    case "failed":
      return `${where} failed with exit code ${String(exitCode)}`;
    case "timeout":
      return `${where} did not end within ${String(limitSeconds)} s and was ended`;
    case "rebooted":
      return `the host was restarted while ${where} ran`;
    case "unwritten":
      return "the job has ended, and how cannot be read: the host could not write its result";
    case "forgotten":
      return "the job is not known on the host any more, and so not how it ended: its folder was removed or lost";
    case "locked":
      return `others held what the job needs (${step}) for too long`;
    default:
      return `${where} was ended from outside (exit code ${String(exitCode)})`;
  }
}
