/**
 * Pulumi's engine ends a provider with SIGINT, waits 5 s, then kills. In that time whoever follows a job stops following
 * (the job goes on on the host, the next run joins it), so that the caller can still say so, and connections end well.
 */
import { CommandError } from "../errors";

/** For answers that are on their way: a create that ends unfinished must still tell its state. */
const GRACE_MS = 1_500;

class Interruption {
  #isAsked = false;
  readonly #listeners = new Set<() => void>();

  /** Calls `listener` when it is time to stop. Returns how to forget it. */
  onAsked(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  throwIfAsked(title: string, label: string, job: string | undefined): void {
    if (!this.#isAsked) return;
    throw new CommandError(
      `Stopped waiting for "${title}" on ${label}${job === undefined ? "" : `; job ${job} goes on there`}.`,
      { hint: "Run the same again: it follows the job to its end." },
    );
  }

  ask(): void {
    this.#isAsked = true;
    for (const listener of [...this.#listeners]) listener();
  }

  get hasListeners(): boolean {
    return this.#listeners.size > 0;
  }
}

export const interruption = new Interruption();

let isInstalled = false;

/** Once in a process, and only one that talks to a host. Leaves the ending to others where somebody else handles SIGINT. */
export function endWellOnInterrupt(close: () => Promise<void>): void {
  if (isInstalled) return;
  isInstalled = true;
  process.once("SIGINT", () => {
    const isOurs = process.listenerCount("SIGINT") === 0;
    const isFollowing = interruption.hasListeners;
    interruption.ask();
    setTimeout(
      () => {
        void Promise.race([close(), new Promise((resolve) => setTimeout(resolve, 1_000))]).then(() => {
          if (isOurs) process.exit(130);
        });
      },
      isFollowing ? GRACE_MS : 0,
    );
  });
}
