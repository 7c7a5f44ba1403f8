/** A host far away that is a pure value: questions are answered from it, and the steps of jobs are done to it. */
import type { RemoteHost } from "../../provider/remote";
import type { Job, Question, Step } from "../../provider/shell";

/** What a host says and does: the answer to a question; the host after a step, or why that would not have worked. */
export interface Behaviour<H> {
  readonly answered: <T>(host: H, question: Question<T>) => T;
  readonly done: (host: H, step: Step, job: Job) => H | string;
  /** After a reboot, for which a walk waits. */
  readonly booted?: (host: H) => H;
}

export class ModelHost<H> implements RemoteHost {
  readonly label = "root@198.51.100.7";
  readonly jobs: Job[] = [];
  /** Steps that would not have worked. */
  readonly failed: string[] = [];
  now: H;
  readonly #behaviour: Behaviour<H>;

  constructor(host: H, behaviour: Behaviour<H>) {
    this.now = host;
    this.#behaviour = behaviour;
  }

  async ask<T>(question: Question<T>): Promise<T> {
    return this.#behaviour.answered(this.now, question);
  }

  async askOnceSettled<T>(_object: string, question: Question<T>): Promise<T> {
    return this.ask(question);
  }

  async perform(job: Job): Promise<{ jobId: string; log: string }> {
    this.jobs.push(job);
    for (const step of job.steps) {
      const after = this.#behaviour.done(this.now, step, job);
      if (typeof after === "string") this.failed.push(`${step.name}: ${after}`);
      else this.now = after;
    }
    return { jobId: String(this.jobs.length), log: "" };
  }

  async follow(): Promise<undefined> {
    return undefined;
  }

  async identity(): Promise<{ machineId: string; bootId: string }> {
    return { machineId: "machine-1", bootId: "boot-1" };
  }

  async reconnect({ notBootId }: { notBootId?: string }): Promise<{ bootId: string }> {
    if (notBootId !== undefined) this.now = this.#behaviour.booted?.(this.now) ?? this.now;
    return { bootId: "boot-2" };
  }

  async upload(): Promise<void> {
    throw new Error("Nothing is uploaded in the laws.");
  }

  async forget(): Promise<void> {
    return undefined;
  }
}
