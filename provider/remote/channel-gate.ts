/**
 * How many channels may be open at once on one connection. sshd's MaxSessions (default 10) refuses the rest with reason
 * 2, late slots included; a refused one is asked for again, and the limit is learnt, down to one.
 */
const DEFAULT_LIMIT = 8;

export class ChannelGate {
  #limit: number;
  #open = 0;
  readonly #waiting: (() => void)[] = [];

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
    while (this.isFull) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#open += 1;
  }

  leave(): void {
    this.#open -= 1;
    this.#waiting.shift()?.();
  }

  /** The host refused the slot that we had entered: as many as were open besides it is what it allows. */
  refused(): void {
    this.#limit = Math.max(1, Math.min(this.#limit, this.#open - 1));
  }
}
