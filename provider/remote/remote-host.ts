/**
 * What the rest of the house sees of a host far away. In a few lines:
 *
 *   ask(question)      read; changes nothing; questions of the same moment travel as one script
 *   askOnceSettled(…)  the same, not before the job of an earlier run for this object has ended
 *   perform(job)       change; a job on the host: started, or joined where it already runs
 *   follow(object)     join the job that still runs for an object, if any
 *   reconnect(…)       come back over a fresh connection, after a network change or a reboot
 *   upload(…)          bring one of our files, whole or not at all
 *   identity()         which machine it is, and which boot of it
 *   forget(object)     remove the traces of an object's jobs, when the object is gone
 *
 * Every method has a deadline. Each throws a class of errors.ts; a ConnectError never means "is not there".
 */
import type { Readable } from "node:stream";
import type { Job, Question } from "../shell";
import type { HostIdentity } from "./identity";
import type { UploadTarget } from "./upload/upload-target";

/** One line of a running job, for people: a step's begin or end, or what a step printed. Free of secrets. */
export type Progress = (line: string) => void;

export interface JobResult {
  readonly jobId: string;
  /** What the steps printed, capped: head and tail. */
  readonly log: string;
}

export interface RemoteHost {
  /** For messages: `root@198.51.100.7`. */
  readonly label: string;

  /** @throws WrongHostError where another machine answers than the expected one. */
  identity(): Promise<HostIdentity>;

  /** @throws CommandError when the script fails, ConnectError when the host could not be asked. */
  ask<T>(question: Question<T>, options?: { timeoutSeconds?: number }): Promise<T>;

  /**
   * Asks when no job runs for the object any more: what a run that was killed has begun is waited for, however it ends.
   * One round trip where there is none. `shownAs`: what people call the object in front of its progress.
   * @throws as `ask`.
   */
  askOnceSettled<T>(
    object: string,
    question: Question<T>,
    options?: { timeoutSeconds?: number; shownAs?: string },
  ): Promise<T>;

  /**
   * Starts the job, or joins it: where a job runs for the same object, that one is followed first; when it was the
   * same job (same steps and files) its result is ours.
   * @throws JobError when a step failed, with the step and the log's end.
   */
  perform(job: Job, progress?: Progress): Promise<JobResult>;

  /**
   * The result of the job that runs for this object now, once it has ended; `undefined` where none runs.
   * @throws JobError when that job failed.
   */
  follow(object: string, progress?: Progress): Promise<JobResult | undefined>;

  /**
   * Waits until the host answers over a new connection.
   * `notBootId`: not before it has another boot id than this one.
   */
  reconnect(options: { timeoutSeconds: number; notBootId?: string }): Promise<{ bootId: string }>;

  /** A file of ours to `path` on the host; length and sha256 are compared there before it takes its name. */
  upload(content: Readable, target: UploadTarget, progress?: Progress): Promise<void>;

  /**
   * Removes all that jobs for this object left on the host: folders, logs, locks; and our root folder there where
   * nothing is left in it. For the end of an object's life.
   * @throws CommandError while a job for the object still runs.
   */
  forget(object: string): Promise<void>;
}
