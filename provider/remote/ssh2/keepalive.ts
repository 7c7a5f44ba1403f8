/**
 * Notices a dark link: without it a lost host says nothing for ever.
 *
 * ssh2 has a keepalive of its own, but its timer keeps the process alive. Ours asks for the end of a forwarding that
 * does not exist: a global request that every server answers, with "no".
 */
import type { Client } from "ssh2";

const INTERVAL_MS = 5_000;
const UNANSWERED_AT_MOST = 3;

/** Calls `onDark` once, 20 s after the last answer. Ends with the returned function. */
export function keepalive(client: Client, onDark: () => void): () => void {
  let unanswered = 0;
  const timer = setInterval(() => {
    if (unanswered >= UNANSWERED_AT_MOST) {
      clearInterval(timer);
      onDark();
      return;
    }
    unanswered += 1;
    try {
      client.unforwardIn("127.0.0.1", 1, () => {
        unanswered = 0;
      });
    } catch {
      clearInterval(timer);
      onDark();
    }
  }, INTERVAL_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}
