/**
 * Notices a dark link: without it a lost host says nothing for ever.
 *
 * ssh2 has a keepalive of its own, but its timer keeps the process alive. Ours asks for the end of a forwarding that
 * does not exist: a global request that every server answers, with "no".
 */
const INTERVAL_MS = 5_000;
const SILENCE_MS = 20_000;
/**
 * A request waits behind what was sent before it, 2 MiB of an upload at most (ssh2's window). No slower link than this is
 * believed in: at 20 kB/s an upload was mistaken for a dark link.
 */
const SLOWEST_BYTES_PER_MS = 16;

/** Of ssh2's Client, what is needed here. */
interface Asked {
  unforwardIn(address: string, port: number, answered: () => void): unknown;
}

/**
 * Calls `onDark` once, 20 s after the last answer, or later where much was sent since. Ends with the returned function.
 * @param sentBytes - how much was ever handed to the link.
 */
export function keepalive(client: Asked, sentBytes: () => number, onDark: () => void): () => void {
  let answeredAt = performance.now();
  /** What had been sent before the latest request that was answered. */
  let arrivedBytes = sentBytes();
  const timer = setInterval(() => {
    const queuedMs = (sentBytes() - arrivedBytes) / SLOWEST_BYTES_PER_MS;
    if (performance.now() - answeredAt >= SILENCE_MS + queuedMs) {
      goneDark();
      return;
    }
    const sentBefore = sentBytes();
    try {
      client.unforwardIn("127.0.0.1", 1, () => {
        answeredAt = performance.now();
        arrivedBytes = sentBefore;
      });
    } catch {
      goneDark();
    }
  }, INTERVAL_MS);
  timer.unref();
  function goneDark(): void {
    clearInterval(timer);
    onDark();
  }
  return () => {
    clearInterval(timer);
  };
}
