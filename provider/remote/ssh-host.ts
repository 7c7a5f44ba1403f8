/** RemoteHost over SSH: puts together who answers (identity), questions, jobs and files of one host. */
import type { Readable } from "node:stream";
import { ConnectError } from "../errors";
import { type Job, type Question, sh } from "../shell";
import { backoffMs, pause } from "./backoff";
import type { Connection } from "./connection/connection";
import { type HostIdentity, assertSameHost } from "./identity";
import { endWellOnInterrupt, interruption } from "./interruption";
import { type SettledOptions, askOnceSettled } from "./jobs/former-job";
import { followJob, forgetJobs, performJob } from "./jobs/jobs";
import { progressOf } from "./jobs/progress-sink";
import type { Link } from "./link/link";
import { closeHosts, linkTo } from "./pool";
import { Inquiry } from "./questions/inquiry";
import type { JobResult, Progress, RemoteHost } from "./remote-host";
import { uploadFile } from "./upload/upload";
import type { UploadTarget } from "./upload/upload-target";

export interface ExpectedHost {
  /** As recorded; another machine under the same address is refused. */
  readonly machineId?: string;
}

const inquiries = new WeakMap<Link, Inquiry>();

/** Connects when it is first used. One connection per host serves all who open it in this process. */
export function openHost(connection: Connection, expected: ExpectedHost = {}): RemoteHost {
  endWellOnInterrupt(closeHosts);
  return new SshHost(linkTo(connection), expected.machineId);
}

class SshHost implements RemoteHost {
  readonly label: string;
  readonly #link: Link;
  readonly #expectedMachineId: string | undefined;

  constructor(link: Link, expectedMachineId: string | undefined) {
    this.#link = link;
    this.label = link.label;
    this.#expectedMachineId = expectedMachineId;
  }

  async ask<T>(question: Question<T>, options: { timeoutSeconds?: number } = {}): Promise<T> {
    const asked = async (): Promise<T> =>
      this.#inquiry().ask(question, options.timeoutSeconds, (who) => {
        this.#meet(who);
      });
    return interruption.whileTimeIsLeft(
      asked,
      () =>
        new ConnectError(`Stopped before ${this.label} answered on ${question.about}.`, {
          hint: "Run the same again.",
        }),
    );
  }

  async askOnceSettled<T>(object: string, question: Question<T>, options: SettledOptions = {}): Promise<T> {
    return askOnceSettled(this, object, question, options);
  }

  async identity(): Promise<HostIdentity> {
    let identity: HostIdentity | undefined;
    const nothing: Question<undefined> = { about: "its identity", script: sh`:`, read: () => undefined };
    await this.#inquiry().ask(nothing, undefined, (who) => {
      this.#meet(who);
      identity = who;
    });
    if (identity === undefined) throw new ConnectError(`${this.label} did not say who it is.`);
    return identity;
  }

  async perform(job: Job, progress?: Progress): Promise<JobResult> {
    return performJob(this.#target(), job, progress ?? progressOf(job.shownAs ?? job.object));
  }

  async follow(object: string, progress?: Progress): Promise<JobResult | undefined> {
    return followJob(this.#target(), object, progress ?? progressOf(object));
  }

  async forget(object: string): Promise<void> {
    await forgetJobs(this.#target(), object);
  }

  async reconnect(options: { timeoutSeconds: number; notBootId?: string }): Promise<{ bootId: string }> {
    const deadline = Date.now() + options.timeoutSeconds * 1000;
    let last: unknown;
    for (let attempt = 1; Date.now() < deadline; attempt += 1) {
      this.#link.refresh();
      try {
        const { bootId } = await withDeadline(this.identity(), Math.min(deadline - Date.now(), 60_000));
        if (bootId !== options.notBootId) return { bootId };
        last = new ConnectError(`${this.label} still runs the same boot.`);
      } catch (error) {
        if (!(error instanceof ConnectError)) throw error;
        last = error;
      }
      // Growing pauses: sshd penalises those who come too often (facts, PerSourcePenalties).
      await pause(Math.min(backoffMs(attempt + 2), Math.max(deadline - Date.now(), 0)));
    }
    const restarted = options.notBootId === undefined ? "answer" : "come back restarted";
    throw new ConnectError(`${this.label} did not ${restarted} within ${String(options.timeoutSeconds)} s.`, {
      hint: "Look at the host's console, then run the same again.",
      cause: last,
    });
  }

  async upload(content: Readable, target: UploadTarget, progress?: Progress): Promise<void> {
    const { shownAs } = target;
    const say = progress ?? (shownAs === undefined ? undefined : progressOf(shownAs.object));
    await uploadFile(this.#link, this.#expectedMachineId, content, target, say);
  }

  #meet(who: HostIdentity): void {
    assertSameHost(this.label, this.#expectedMachineId, who.machineId);
  }

  #target(): { link: Link; expectedMachineId: string | undefined } {
    return { link: this.#link, expectedMachineId: this.#expectedMachineId };
  }

  #inquiry(): Inquiry {
    const known = inquiries.get(this.#link);
    if (known !== undefined) return known;
    const inquiry = new Inquiry(this.#link);
    inquiries.set(this.#link, inquiry);
    return inquiry;
  }
}

async function withDeadline<T>(promise: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => {
        reject(new ConnectError("no answer in time"));
      },
      Math.max(ms, 1),
    );
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
