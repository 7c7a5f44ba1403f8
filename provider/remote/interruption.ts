/**
 * Pulumi's engine ends a provider with SIGINT, waits 5 s, then kills. In that time whoever follows a job stops following
 * (the job goes on on the host, the next run joins it), so that the caller can still say so, and connections end well.
 */
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

  /** What `work` gives, unless it is time to stop: then it is not begun, or goes on unheard, and `stopped` is thrown. */
  async unlessAsked<T>(work: () => Promise<T>, stopped: () => Error): Promise<T> {
    if (this.#isAsked) throw stopped();
    let forget = (): void => undefined;
    const asked = new Promise<never>((_resolve, reject) => {
      forget = this.onAsked(() => {
        reject(stopped());
      });
    });
    try {
      return await Promise.race([work(), asked]);
    } finally {
      forget();
    }
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
