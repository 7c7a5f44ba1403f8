/** Runs the operations of a deployment: so many at once, each told and timed, none begun after a failure or a stop. */
import type { PendingKind } from "./deployment-format";
import type { Emit, OperationKind } from "./events";
import { InitFailedError, ProviderGoneError } from "./provider-process";
import type { ResourceState } from "./resource-state";
import type { Snapshot } from "./snapshot";

/** The run was asked to stop, or another operation failed: this one was not begun. */
export class NotBegunError extends Error {
  constructor() {
    super("not begun: the run is ending");
    this.name = "NotBegunError";
  }
}

export interface Operation {
  readonly op: OperationKind;
  readonly urn: string;
  readonly olds?: ResourceState | undefined;
  readonly news?: ResourceState | undefined;
  /** What the state file says while it is under way. */
  readonly pending?: PendingKind;
  /** Of a refresh, once it is done: has it found nothing new? */
  readonly isSame?: () => boolean;
}

export class Operations {
  readonly dryRun: boolean;
  readonly #emit: Emit;
  readonly #snapshot: Snapshot;
  readonly #limit: number;
  readonly #waiting: (() => void)[] = [];
  readonly #idle: (() => void)[] = [];
  /** Resolves when no operation is begun any more. */
  readonly ended: Promise<undefined>;
  #tellEnded: () => void = () => undefined;
  #running = 0;
  #ending = false;
  #failures = 0;

  constructor(options: { emit: Emit; snapshot: Snapshot; limit: number; dryRun: boolean }) {
    this.#emit = options.emit;
    this.#snapshot = options.snapshot;
    this.#limit = options.limit;
    this.dryRun = options.dryRun;
    this.ended = new Promise((resolve) => {
      this.#tellEnded = () => resolve(undefined);
    });
  }

  get failures(): number {
    return this.#failures;
  }

  /** No operation is begun any more. */
  get ending(): boolean {
    return this.#ending;
  }

  /** Lets what is under way finish and begins nothing more. */
  end(): void {
    this.#ending = true;
    this.#tellEnded();
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** A failure that has been told already. */
  failQuietly(): void {
    this.#failures += 1;
    this.end();
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#running > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Says that something failed which is no operation: a refused check, an unreadable request. */
  fail(op: OperationKind, urn: string, message: string): void {
    this.#failures += 1;
    this.#emit({ kind: "failed", op, urn, message, elapsedMs: 0 });
    this.end();
  }

  /**
   * Runs one operation. `work` does it (in a preview it is told and not done: the caller's `work` must not act then)
   * and gives the state to show; `settle` puts its result into the snapshot, also that of a failed init.
   *
   * @throws NotBegunError, or what `work` threw, after it was told.
   */
  async perform(
    operation: Operation,
    work: () => Promise<ResourceState | undefined>,
    settle: (result: ResourceState | undefined) => void,
    settleUnfinished: (failure: InitFailedError) => void = () => undefined,
  ): Promise<ResourceState | undefined> {
    await this.#enter();
    const { op, urn, olds, news, pending, isSame } = operation;
    const subject = news ?? olds;
    const begun = Date.now();
    const preview = this.dryRun;
    this.#emit({ kind: "started", op, urn, preview });
    const noteDone =
      pending !== undefined && subject !== undefined ? this.#snapshot.begin(pending, subject) : () => undefined;
    try {
      const result = await work();
      noteDone();
      settle(result);
      const elapsedMs = Date.now() - begun;
      this.#emit({
        kind: "done",
        op,
        urn,
        preview,
        olds,
        news: result ?? news,
        isSame: isSame?.() ?? false,
        elapsedMs,
      });
      return result;
    } catch (error) {
      this.failQuietly();
      // Nobody knows what became of a call whose provider went away: the note stays.
      if (!(error instanceof ProviderGoneError)) noteDone();
      if (error instanceof InitFailedError) settleUnfinished(error);
      else this.#snapshot.save();
      this.#emit({ kind: "failed", op, urn, message: messageOf(error), elapsedMs: Date.now() - begun });
      throw error;
    } finally {
      this.#leave();
    }
  }

  async #enter(): Promise<void> {
    while (!this.#ending && this.#running >= this.#limit)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.#ending) throw new NotBegunError();
    this.#running += 1;
  }

  #leave(): void {
    this.#running -= 1;
    if (this.#ending) for (const wake of this.#waiting.splice(0)) wake();
    else this.#waiting.shift()?.();
    if (this.#running === 0) for (const wake of this.#idle.splice(0)) wake();
  }
}

/** The message, with the reasons of a failed init that it does not hold itself. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const reasons =
    error instanceof InitFailedError ? error.reasons.filter((reason) => !error.message.includes(reason)) : [];
  return [error.message, ...reasons].join("\n");
}
