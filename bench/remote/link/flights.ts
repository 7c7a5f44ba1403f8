/**
 * Counts flights: how often the client sent something after the server had. Each is a round trip that had to wait for the
 * one before, whatever the number of packets in it.
 */
export class Flights {
  #count = 0;
  #serverSpoke = true;

  clientSent(): void {
    if (this.#serverSpoke) this.#count += 1;
    this.#serverSpoke = false;
  }

  serverSent(): void {
    this.#serverSpoke = true;
  }

  /** How many since the last time this was asked. */
  take(): number {
    const count = this.#count;
    this.#count = 0;
    this.#serverSpoke = true;
    return count;
  }
}
