/** A host that is a folder of this machine: questions and jobs run for real in a shell, without a connection. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Readable } from "node:stream";
import { CommandError, JobError } from "../../provider/errors";
import type { RemoteHost } from "../../provider/remote";
import type { Job, Question } from "../../provider/shell";
import type { LocalShell } from "./local-shell";

export class ShellHost implements RemoteHost {
  readonly label = "root@198.51.100.7";
  /** Every title, and every line that a job printed: what people see. */
  readonly told: string[] = [];
  /** Runs before each job. */
  before: ((job: Job) => void) | undefined;
  readonly #shell: LocalShell;

  constructor(shell: LocalShell) {
    this.#shell = shell;
  }

  async follow(): Promise<undefined> {}

  async ask<T>(question: Question<T>): Promise<T> {
    this.told.push(question.about);
    try {
      return await this.#shell.ask(question);
    } catch (error) {
      throw new CommandError(String(error));
    }
  }

  askOnceSettled<T>(_object: string, question: Question<T>): Promise<T> {
    return this.ask(question);
  }

  async perform(job: Job): Promise<{ jobId: string; log: string }> {
    this.before?.(job);
    this.told.push(job.title, ...job.steps.map(({ title }) => title));
    const { exitCode, stdout, stderr } = await this.#shell.perform(job);
    this.told.push(stdout, stderr);
    if (exitCode !== 0)
      throw new JobError(stderr, { jobId: "1", step: job.title, exitCode: exitCode ?? 1, logTail: stderr });
    return { jobId: "1", log: stdout };
  }

  async upload(content: Readable, { path, mode }: { path: string; mode: string }): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of content) pieces.push(piece as Buffer);
    const local = this.#shell.localized(path);
    mkdirSync(dirname(local), { recursive: true });
    writeFileSync(local, Buffer.concat(pieces), { mode: Number.parseInt(mode, 8) });
  }

  async identity(): Promise<{ machineId: string; bootId: string }> {
    return { machineId: "machine-1", bootId: "boot-1" };
  }

  async reconnect(): Promise<{ bootId: string }> {
    return { bootId: "boot-1" };
  }

  async forget(): Promise<void> {}
}
