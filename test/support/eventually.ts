/** Repeats an assertion until it holds, with a bound: for what a host reaches a little later. */
import { setTimeout as sleep } from "node:timers/promises";

export async function eventually(assertion: () => Promise<void>, options: { seconds: number }): Promise<void> {
  const deadline = Date.now() + options.seconds * 1000;
  for (;;) {
    try {
      await assertion();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(500);
    }
  }
}
