/**
 * How many channels may be open at once on one connection. sshd's MaxSessions (default 10) refuses the rest with reason
 * 2, late slots included; a refused one is asked for again, and the limit is learnt, down to one.
 *
 * Some channels are open only to be ready (a shell opened ahead, one that waits for the next questions). Those are at
 * rest, and give their slot up as soon as somebody needs one.
 */
const DEFAULT_LIMIT = 8;

export class ChannelGate {
  #limit: number;
  #open = 0;
  readonly #waiting: (() => void)[] = [];
  /** How to close each channel at rest; the one that has rested longest comes first. */
  readonly #atRest = new Set<() => void>();

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
      this.#giveUpOneAtRest();
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
    this.#atRest.add(close);
    if (this.#waiting.length > 0) this.#giveUpOneAtRest();
    return () => this.#atRest.delete(close);
  }

  /** The host refused the slot that we had entered: as many as were open besides it is what it allows. */
  refused(): void {
    this.#limit = Math.max(1, Math.min(this.#limit, this.#open - 1));
    this.#giveUpOneAtRest();
  }

  #giveUpOneAtRest(): void {
    const [close] = this.#atRest;
    if (close === undefined) return;
    this.#atRest.delete(close);
    close();
  }
}
