/**
 * Asks a host: questions of the same moment travel as one script, and so do those that come while one is under way.
 * An answer is never older than its question: a question only travels with a script that is sent after it was asked.
 * Reading changes nothing, so a lost link only means to ask again.
 */
import { CommandError, ConnectError, type XenProviderError, hasCode } from "../../errors";
import type { Question } from "../../shell";
import { backoffMs, pause } from "../backoff";
import type { HostIdentity } from "../identity";
import type { Link } from "../link/link";
import { noShell, told } from "../link/no-shell";
import type { Outcome } from "../link/outcome";
import { Observers } from "./observers";
import { newMark } from "../mark";
import { type QuestionEnd, batchScript, readBatch } from "./question-batch";

/**
 * Calls that come at once travel as one; what comes a little later is the next batch, without waiting for longer. Who was
 * alone the last time, as the one who asks one question after the other is, does not wait for company.
 */
const GATHER_MS = 1;
/**
 * How long questions wait for those that are under way before they go out beside them, by how many scripts are. Two are
 * enough for a host with guests by the hundred; more only help where one question is stuck.
 */
const WAIT_MS = [GATHER_MS, 1_000, 5_000, 20_000] as const;
const BATCH_AT_MOST = 256;
const DEFAULT_TIMEOUT_SECONDS = 60;
const LOST_AT_MOST = 3;
const UNSENT_AT_MOST_MS = 10_000;
const CAP_BYTES = 16 * 1024 * 1024;

interface Asked {
  readonly question: Question<unknown>;
  readonly timeoutSeconds: number;
  readonly meet: (identity: HostIdentity) => void;
  readonly resolve: (end: QuestionEnd) => void;
  readonly reject: (error: unknown) => void;
}

export class Inquiry {
  readonly #link: Link;
  #waiting: Asked[] = [];
  #running = 0;
  /** Takes back the sending of those who wait, where it stands at hand. */
  #takeBack: (() => void) | undefined;
  #wasAlone = false;

  constructor(link: Link) {
    this.#link = link;
  }

  /** `meet` sees who answers and throws when it is the wrong one. */
  async ask<T>(
    question: Question<T>,
    timeoutSeconds: number | undefined,
    meet: (who: HostIdentity) => void,
  ): Promise<T> {
    const end = await new Promise<QuestionEnd>((resolve, reject) => {
      const asked = { question, timeoutSeconds: timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS, meet, resolve, reject };
      this.#waiting.push(asked);
      this.#schedule();
    });
    if (end.exitCode !== 0) {
      throw new CommandError(
        `${this.#link.label} did not answer on ${question.about}: exit code ${String(end.exitCode)}${told(end.stderr)}`,
      );
    }
    return question.read(end.answer);
  }

  #schedule(): void {
    const delayMs = WAIT_MS[this.#running];
    if (delayMs === undefined) return;
    const send = (): void => {
      this.#takeBack = undefined;
      void this.#send(this.#waiting.splice(0, BATCH_AT_MOST));
      if (this.#waiting.length > 0) this.#schedule();
    };
    this.#takeBack ??= this.#running === 0 && this.#wasAlone ? atOnce(send) : later(send, delayMs);
  }

  async #send(batch: readonly Asked[]): Promise<void> {
    this.#running += 1;
    this.#wasAlone = batch.length === 1;
    try {
      await this.#askAll(batch);
    } catch (error) {
      for (const asked of batch) asked.reject(error);
    } finally {
      this.#running -= 1;
      // There is room now: whoever waits does so no longer than it takes to gather.
      this.#takeBack?.();
      this.#takeBack = undefined;
      if (this.#waiting.length > 0) this.#schedule();
    }
  }

  async #askAll(batch: readonly Asked[]): Promise<void> {
    const timeoutSeconds = Math.max(...batch.map((asked) => asked.timeoutSeconds));
    const begunAt = Date.now();
    for (let attempt = 1; ; attempt += 1) {
      const mark = newMark();
      const script = batchScript(batch.map((asked) => asked.question.script));
      let unsent: XenProviderError | undefined;
      const outcome = await this.#link.withSession((session) =>
        Observers.of(session)
          .ask(mark, script, { timeoutSeconds, capBytes: CAP_BYTES })
          .catch((error: unknown): Outcome => {
            if (!hasCode(error, "connect")) throw error;
            unsent = error;
            return { kind: "lost", stdout: Buffer.alloc(0), stderr: error.message };
          }),
      );
      if (outcome.kind === "lost") {
        // A link that broke before anything was sent may be a new one the next time; a host that is silent stays so.
        const isWorthAnother = unsent === undefined || Date.now() - begunAt < UNSENT_AT_MOST_MS;
        if (attempt < LOST_AT_MOST && isWorthAnother) {
          await pause(backoffMs(attempt));
          continue;
        }
        if (unsent !== undefined) throw unsent;
      }
      this.#distribute(batch, outcome, mark);
      return;
    }
  }

  #distribute(batch: readonly Asked[], outcome: Outcome, mark: string): void {
    const { host, answers, unfinished } = readBatch(mark, outcome.stdout);
    const again: Asked[] = [];
    batch.forEach((asked, index) => {
      try {
        if (host === undefined) throw noAnswer(this.#link.label, asked.question.about, outcome);
        asked.meet(host);
        const end = answers.get(index);
        if (end !== undefined) asked.resolve(end);
        // What came behind a stuck question was never asked.
        else if (unfinished !== undefined && index > unfinished && outcome.kind !== "lost") again.push(asked);
        else throw noAnswer(this.#link.label, asked.question.about, outcome);
      } catch (error) {
        asked.reject(error);
      }
    });
    if (again.length > 0) void this.#send(again);
  }
}

/** After all that is asked in this turn. @returns what takes it back. */
function atOnce(action: () => void): () => void {
  const immediate = setImmediate(action);
  return () => {
    clearImmediate(immediate);
  };
}

function later(action: () => void, delayMs: number): () => void {
  const timer = setTimeout(action, delayMs);
  return () => {
    clearTimeout(timer);
  };
}

/** Why there is no answer: never "it is not there". */
function noAnswer(label: string, about: string, outcome: Outcome): Error {
  const asked = `${label} did not answer on ${about}`;
  switch (outcome.kind) {
    case "gave-way":
    case "lost":
      return new ConnectError(`${asked}: the connection was lost ${String(LOST_AT_MOST)} times.`, {
        hint: "See that the host stays reachable, then run the same again.",
      });
    case "timeout":
      return new CommandError(`${asked} within ${String(outcome.seconds)} s.`, {
        hint: "See what keeps the host busy (ps, dmesg), then run the same again.",
      });
    case "flood":
      return new CommandError(`${asked}: it said more than ${String(outcome.capBytes / 1024 / 1024)} MiB.`);
    case "signal":
      return new CommandError(`${asked}: its shell was ended by SIG${outcome.signal}.`);
    case "exit":
      return (
        noShell(label, outcome) ??
        new CommandError(`${asked}: exit code ${String(outcome.code)}${told(outcome.stderr)}`)
      );
  }
}
