/** Waiting in tests: for a condition, with a bound, never for a time. */
import { setTimeout as pause } from "node:timers/promises";

/**
 * Resolves when `holds` does.
 *
 * @param boundMs - default 60 seconds: a loaded machine starts three Node processes in it.
 * @throws Error that says what was waited for in vain.
 */
export async function until(what: string, holds: () => boolean, boundMs = 60_000): Promise<void> {
  const end = Date.now() + boundMs;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`Waited ${boundMs} ms in vain: ${what}`);
    await pause(50);
  }
}
