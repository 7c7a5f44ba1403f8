/** Workers that play histories, as many at a time as there are; one that hangs is replaced. */
import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { projectRoot } from "../support/project-root";
import type { History } from "./play/history";
import type { Played } from "./play/player";

/** Longer than any history's own bounds. */
const HISTORY_SECONDS = 900;

export class Crew {
  readonly #idle: ChildProcess[] = [];
  readonly #waiting: ((worker: ChildProcess) => void)[] = [];
  #number = 0;

  constructor(workers: number) {
    for (let count = 0; count < workers; count += 1) this.#idle.push(this.#hire());
  }

  async play(history: History): Promise<Played> {
    const worker = this.#idle.shift() ?? (await new Promise<ChildProcess>((resolve) => this.#waiting.push(resolve)));
    const number = (this.#number += 1);
    const played = await new Promise<Played | undefined>((resolve) => {
      const settle = (result: Played | undefined): void => {
        clearTimeout(timer);
        worker.off("message", hear).off("exit", end);
        resolve(result);
      };
      const hear = (said: Played & { number: number }): void => {
        if (said.number === number) settle(said);
      };
      const end = (): void => settle(undefined);
      const timer = setTimeout(end, HISTORY_SECONDS * 1000);
      worker.on("message", hear).on("exit", end);
      worker.send({ number, history });
    });
    if (played === undefined) worker.kill("SIGKILL");
    this.#free(played === undefined ? this.#hire() : worker);
    return played ?? { violations: [{ rule: "hang", text: "the history does not end", step: 0 }], log: [], kinds: {} };
  }

  async end(): Promise<void> {
    await Promise.all(
      this.#idle.map(
        async (worker) =>
          new Promise<void>((resolve) => {
            worker.once("exit", () => {
              resolve();
            });
            worker.disconnect();
          }),
      ),
    );
  }

  #free(worker: ChildProcess): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(worker);
    else next(worker);
  }

  #hire(): ChildProcess {
    return fork(join(__dirname, "worker.ts"), [], {
      execArgv: ["-r", join(projectRoot, "test/support/typescript-loader.cjs")],
    });
  }
}
