/**
 * Pulumi's engine ends a provider with SIGINT, waits 5 s, then kills. In that time whoever follows a job stops following
 * (the job goes on on the host, the next run joins it), so that the caller can still say so, and connections end well.
 */
/**
 * How long a question may still take: a create that ends unfinished looks once more at the host before it tells its state,
 * and a slow host (emulated: 1 to 5 s for three calls of xl) must not make it miss telling.
 */
const QUESTIONS_MS = 2_000;
/** For answers on their way to the engine, after the last one left the host. */
const ANSWERS_MS = 500;
/** All together, before the connections are closed. */
const GRACE_MS = QUESTIONS_MS + 1_000;

class Interruption {
  #isAsked = false;
  #underWay = 0;
  #lastEndAt = 0;
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
    return this.#stoppable(work, stopped, 0);
  }

  /** The same for what may still be begun and end when it is time to stop, if it takes no longer than 2 s from then. */
  async whileTimeIsLeft<T>(work: () => Promise<T>, stopped: () => Error): Promise<T> {
    return this.#stoppable(work, stopped, QUESTIONS_MS);
  }

  async #stoppable<T>(work: () => Promise<T>, stopped: () => Error, ms: number): Promise<T> {
    let forget = (): void => undefined;
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<never>((_resolve, reject) => {
      const stop = (): void => {
        reject(stopped());
      };
      const count = (): void => {
        if (ms === 0) stop();
        else timer = setTimeout(stop, ms);
      };
      if (this.#isAsked) count();
      else forget = this.onAsked(count);
    });
    this.#underWay += 1;
    try {
      return await Promise.race([work(), over]);
    } finally {
      this.#underWay -= 1;
      this.#lastEndAt = Date.now();
      forget();
      clearTimeout(timer);
    }
  }

  ask(): void {
    this.#isAsked = true;
    for (const listener of [...this.#listeners]) listener();
  }

  /** Resolves when nothing is under way and what ended has had time to tell, at the latest after GRACE_MS. */
  async settled(): Promise<void> {
    const deadline = Date.now() + GRACE_MS;
    const isQuiet = (): boolean => this.#underWay === 0 && Date.now() - this.#lastEndAt >= ANSWERS_MS;
    while (!isQuiet() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
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
    interruption.ask();
    void interruption
      .settled()
      .then(() => Promise.race([close(), new Promise((resolve) => setTimeout(resolve, 1_000))]))
      .then(() => {
        if (isOurs) process.exit(130);
      });
  });
}
