/** Waiting in tests: for what comes a little later, with a bound, never for a time. */
import { setTimeout as pause } from "node:timers/promises";

/**
 * Repeats an assertion until it holds.
 *
 * @param options.everyMs - default 500: what asks a host costs it something.
 * @throws what the assertion threw last, when the bound is over.
 */
export async function eventually(
  assertion: () => void | Promise<void>,
  options: { seconds: number; everyMs?: number },
): Promise<void> {
  const deadline = Date.now() + options.seconds * 1000;
  for (;;) {
    try {
      await assertion();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await pause(options.everyMs ?? 500);
    }
  }
}

/**
 * Resolves when `holds` does: for what this machine tells at once.
 *
 * @param boundMs - default 60 seconds: a loaded machine starts three Node processes in it.
 * @throws Error that says what was waited for in vain.
 */
export async function until(what: string, holds: () => boolean, boundMs = 60_000): Promise<void> {
  await eventually(
    () => {
      if (!holds()) throw new Error(`Waited ${boundMs} ms in vain: ${what}`);
    },
    { seconds: boundMs / 1000, everyMs: 50 },
  );
}
