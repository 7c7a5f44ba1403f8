/** A pretended Xen host as the files that act see it: what they ask and perform runs in its shell, without a connection. */
import { JobError } from "../../provider/errors";
import type { JobResult, RemoteHost } from "../../provider/remote/remote-host";
import { type Job, type Question } from "../../provider/shell";
import type { PretendXen } from "./pretend-xen";

/** Where scripts run: a pretended host, or a real one. */
type ScriptHost = Pick<PretendXen, "ask" | "perform">;

export class PretendRemote implements RemoteHost {
  readonly label = "root@198.51.100.7";
  /** The jobs that were performed, by their titles. */
  readonly jobs: string[] = [];
  /** The steps of the latest job, by their names. */
  steps: string[] = [];
  /** All that the jobs printed, and the titles of their steps: what people see. */
  log = "";
  /** Called before each step; what it throws ends the job there, as a kill of it does. */
  beforeStep: ((name: string) => void) | undefined;
  readonly #xen: ScriptHost;

  constructor(xen: ScriptHost) {
    this.#xen = xen;
  }

  ask<T>(question: Question<T>): Promise<T> {
    return this.#xen.ask(question);
  }

  askOnceSettled<T>(_object: string, question: Question<T>): Promise<T> {
    return this.ask(question);
  }

  async perform(job: Job): Promise<JobResult> {
    this.jobs.push(job.title);
    this.steps = [];
    for (const step of job.steps) {
      this.beforeStep?.(step.name);
      this.steps.push(step.name);
      this.log += `${step.title}\n`;
      const ran = await this.#xen.perform({ ...job, steps: [step] });
      this.log += ran.stdout + ran.stderr;
      if (ran.exitCode === 0) continue;
      const logTail = ran.stdout + ran.stderr;
      const detail = { jobId: `${job.object}/1`, step: step.name, exitCode: ran.exitCode ?? 1, logTail };
      throw new JobError(`${job.title}: step "${step.name}" failed:\n${logTail}`, detail);
    }
    return { jobId: `${job.object}/1`, log: this.log };
  }

  async follow(): Promise<undefined> {
    return undefined;
  }

  async identity(): Promise<{ machineId: string; bootId: string }> {
    return { machineId: "machine-1", bootId: "boot-1" };
  }

  async reconnect(): Promise<{ bootId: string }> {
    return { bootId: "boot-1" };
  }

  async upload(): Promise<void> {
    throw new Error("a guest uploads nothing");
  }

  async forget(): Promise<void> {
    return undefined;
  }
}
