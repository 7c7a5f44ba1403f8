/**
 * How many channels may be open at once on one connection. sshd's MaxSessions (default 10) refuses the rest with reason
 * 2, late slots included; a refused one is asked for again, and the limit is learnt, down to one.
 *
 * Not all who hold a slot need it. Those at rest (a shell opened ahead, one that waits for the next questions) give it up
 * as soon as somebody else does; then those who can go on later where they were (who follows the log of a job). Else
 * eight guests that install for half an hour would keep everybody else waiting for as long.
 */
const DEFAULT_LIMIT = 8;

export class ChannelGate {
  #limit: number;
  #open = 0;
  readonly #waiting: (() => void)[] = [];
  /** How to close each; the one that has been here longest comes first. */
  readonly #atRest = new Set<() => void>();
  readonly #obliging = new Set<() => void>();

  constructor(limit = DEFAULT_LIMIT) {
    this.#limit = limit;
  }

  get limit(): number {
    return this.#limit;
  }

  get isFull(): boolean {
    return this.#open >= this.#limit;
  }

  /** Resolves when a slot is ours; give it back with `leave`. */
  async enter(): Promise<void> {
    while (this.isFull) {
      const left = new Promise<void>((resolve) => this.#waiting.push(resolve));
      this.#giveUpOne();
      await left;
    }
    this.#open += 1;
  }

  leave(): void {
    this.#open -= 1;
    this.#waiting.shift()?.();
  }

  /**
   * The channel is open, and unused for now; `close` ends it, and its `leave` must follow. Call what is returned when it
   * is used again: `false` says that it was given up meanwhile.
   */
  rest(close: () => void): () => boolean {
    return this.#offer(this.#atRest, close);
  }

  /** The same for a channel that is in use, by somebody who can go on later over another one. */
  oblige(close: () => void): () => boolean {
    return this.#offer(this.#obliging, close);
  }

  /** The host refused the slot that we had entered: as many as were open besides it is what it allows. */
  refused(): void {
    this.#limit = Math.max(1, Math.min(this.#limit, this.#open - 1));
    this.#giveUpOne();
  }

  #offer(among: Set<() => void>, close: () => void): () => boolean {
    among.add(close);
    if (this.#waiting.length > 0) this.#giveUpOne();
    return () => among.delete(close);
  }

  #giveUpOne(): void {
    for (const among of [this.#atRest, this.#obliging]) {
      const [close] = among;
      if (close === undefined) continue;
      among.delete(close);
      close();
      return;
    }
  }
}
