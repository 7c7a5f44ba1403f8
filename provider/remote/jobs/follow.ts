/**
 * Following a job to its verdict, over however many connections it takes. A lost link never means "unknown": the job goes on on
 * the host, and the same script sent again finds it.
 */
import { type CommandError, ConnectError, hasCode } from "../../errors";
import { backoffMs, pause } from "../backoff";
import { WRONG_HOST_EXIT } from "../host-script";
import { assertSameHost } from "../identity";
import { interruption } from "../interruption";
import type { Link } from "../link/link";
import type { Outcome } from "../link/outcome";
import type { RunOptions } from "../link/session";
import { newMark } from "../mark";
import type { Progress } from "../remote-host";
import { JobLog } from "./job-log";
import type { Follower } from "./job-start";
import { type JobEvent, JobStream } from "./job-stream";
import type { EndedJob, Verdict } from "./job-verdict";
import { notFollowed, stoppedWaiting } from "./not-followed";

/** The follower on the host says something each 5 s. */
const SILENCE_MS = 30_000;
/** How long we look for a lost host at least, and beyond the job's own limit. */
const SEARCH_GRACE_SECONDS = 120;
/** How often a script of which the host has said nothing yet, or that somebody kills there, is sent at most. */
export const TRIES_AT_MOST = 3;
/** Where sshd allows few sessions, who follows a job lets others in after this time, and then goes on. */
const TURN_MS = 5_000;
/** A job that waits for locks may take longer than its own limit. */
const FOLLOW_SECONDS = 7 * 24 * 3600;

export interface Target {
  readonly link: Link;
  readonly expectedMachineId: string | undefined;
}

export interface Followed extends EndedJob {
  job: string | undefined;
  state: string | undefined;
  limitSeconds: number;
  bytes: number;
  log: JobLog;
  verdict: Verdict | undefined;
  isNone: boolean;
}

/** @param scriptFor - starts the job, or finds the one that was started. */
export async function follow(
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
  const stopped = (): CommandError => stoppedWaiting(target.link.label, title, followed.job);
  let lastSignAt = Date.now();
  let isSent = false;
  let silentTries = 0;
  let kills = 0;
  for (let attempt = 1; ; attempt += 1) {
    const before = Date.now();
    const sign = (): void => {
      lastSignAt = Date.now();
      attempt = 1;
      silentTries = 0;
    };
    silentTries += 1;
    try {
      const outcome = await interruption.unlessAsked(
        () => followOnce(target, followed, progress, scriptFor, sign),
        stopped,
      );
      isSent = true;
      if (followed.verdict !== undefined || followed.isNone) return followed;
      if (outcome.kind === "gave-way") continue;
      if (outcome.kind === "signal") kills += 1;
      const isHopeless = kills >= TRIES_AT_MOST || (followed.job === undefined && silentTries >= TRIES_AT_MOST);
      if (!isLost(outcome) || isHopeless) throw notFollowed(target.link.label, title, outcome, followed);
    } catch (error) {
      // Before anything was sent the usual attempts of a dial are enough.
      if (!hasCode(error, "connect") || !isSent) throw error;
    }
    if (Date.now() - lastSignAt > (followed.limitSeconds + SEARCH_GRACE_SECONDS) * 1000) {
      throw new ConnectError(
        `The connection with ${target.link.label} was lost during "${title}" and did not come back; the job${
          followed.job === undefined ? "" : ` ${followed.job}`
        } goes on there.`,
        { hint: "Run the same again when the host is reachable: it then follows that job." },
      );
    }
    if (Date.now() - before < 10_000) {
      await interruption.unlessAsked(() => pause(backoffMs(Math.min(attempt, 5))), stopped);
    }
  }
}

/** As Session.run; a connection that ended before the script was sent is lost as well: it is sent again either way. */
export async function send(link: Link, script: string, options: RunOptions, connected?: () => void): Promise<Outcome> {
  return link.withSession((session) => {
    connected?.();
    return session.run(script, options).catch((error: unknown): Outcome => {
      if (!hasCode(error, "connect")) throw error;
      return { kind: "lost", stdout: Buffer.alloc(0), stderr: error.message };
    });
  });
}

/** May the same script find what became of its work? A host that shuts down kills shells before it ends connections. */
export function isLost(outcome: Outcome): boolean {
  return outcome.kind === "lost" || outcome.kind === "timeout" || outcome.kind === "signal";
}

async function followOnce(
  target: Target,
  followed: Followed,
  progress: Progress | undefined,
  scriptFor: (follower: Follower) => string,
  sign: () => void,
): Promise<Outcome> {
  const mark = newMark();
  const resume =
    followed.job === undefined
      ? {}
      : { resume: { job: followed.job, bytes: followed.bytes, isOurs: followed.state !== "other" } };
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
      // That it still runs, reported again over each new connection, is no sign of progress: a link that always breaks there
      // must not keep us for ever.
      if (event.kind !== "job" || event.job !== followed.job) sign();
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
    const outcome = await send(
      target.link,
      script,
      {
        timeoutSeconds: FOLLOW_SECONDS,
        signal: stop.signal,
        obligingAfterMs: TURN_MS,
        onOutput: (bytes) => {
          listen();
          stream.take(bytes);
        },
      },
      listen,
    );
    if (wrongHost !== undefined) throw wrongHost as Error;
    if (outcome.kind === "exit" && outcome.code === WRONG_HOST_EXIT)
      throw notFollowed(target.link.label, "finding the host", outcome);
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
    case "beat":
    case "host":
      return;
  }
}
