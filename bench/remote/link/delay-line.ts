/** One direction of a slow link: what goes in comes out a fixed time later, in order, at any rate. */
export class DelayLine<T> {
  readonly #delayMs: number;
  readonly #deliver: (item: T) => void;
  readonly #queue: { readonly dueAt: number; readonly item: T }[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(delayMs: number, deliver: (item: T) => void) {
    this.#delayMs = delayMs;
    this.#deliver = deliver;
  }

  /** `notBefore`: in the time of `performance.now()`; for what cannot have left yet. */
  put(item: T, notBefore = 0): void {
    this.#queue.push({ dueAt: Math.max(performance.now() + this.#delayMs, notBefore), item });
    if (this.#timer === undefined) this.#wait();
  }

  #wait(): void {
    const [head] = this.#queue;
    if (head === undefined) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        for (let next = this.#queue[0]; next !== undefined && next.dueAt <= performance.now(); next = this.#queue[0]) {
          this.#queue.shift();
          this.#deliver(next.item);
        }
        this.#wait();
      },
      Math.max(head.dueAt - performance.now(), 0),
    );
  }
}
