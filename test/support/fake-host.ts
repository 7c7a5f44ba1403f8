/** A host far away that answers as a test says, and notes what was done to it: for the files that act. */
import { InvariantError, hasCode } from "../../provider/errors";
import type { RemoteHost } from "../../provider/remote";
import type { Job, Question } from "../../provider/shell";

export class FakeHost implements RemoteHost {
  readonly label = "root@198.51.100.7";
  /** Everything that was asked of it, in order: `follow host/self`, `ask the host`, `perform keep Xen`. */
  readonly did: string[] = [];
  readonly #looks: unknown[];
  readonly #former: Error | undefined;
  readonly #failures: Error[];

  /**
   * `looks`: the answers to questions, in order. `former`: what following the job of an earlier run ends with.
   * `failures`: how the first jobs end.
   */
  constructor({ looks, former, failures = [] }: { looks: readonly unknown[]; former?: Error; failures?: Error[] }) {
    this.#failures = [...failures];
    this.#looks = [...looks];
    this.#former = former;
  }

  async follow(object: string): Promise<undefined> {
    this.did.push(`follow ${object}`);
    if (this.#former !== undefined) throw this.#former;
  }

  async ask<T>(question: Question<T>): Promise<T> {
    this.did.push(`ask ${question.about}`);
    if (this.#looks.length === 0) throw new InvariantError(`The test has no answer about ${question.about}.`);
    return this.#looks.shift() as T;
  }

  async askOnceSettled<T>(object: string, question: Question<T>): Promise<T> {
    await this.follow(object).catch((error: unknown) => {
      if (!hasCode(error, "job")) throw error;
    });
    return this.ask(question);
  }

  async perform(job: Job): Promise<{ jobId: string; log: string }> {
    this.did.push(`perform ${job.title}`);
    const failure = this.#failures.shift();
    if (failure !== undefined) throw failure;
    return { jobId: String(this.did.length), log: "" };
  }

  async identity(): Promise<{ machineId: string; bootId: string }> {
    return { machineId: "machine-1", bootId: "boot-1" };
  }

  async reconnect(): Promise<{ bootId: string }> {
    this.did.push("reconnect");
    return { bootId: "boot-2" };
  }

  async upload(_content: unknown, { path }: { path: string }): Promise<void> {
    this.did.push(`upload ${path}`);
  }

  async forget(object: string): Promise<void> {
    this.did.push(`forget ${object}`);
  }
}
