/** The engine's side of a provider process: calls it, kills it, has the next one ready. */
import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { projectRoot } from "../../support/project-root";
import type { CallFault, Method, Properties, Said } from "./provider-protocol";

/** An error of a call, with what the engine keeps of it. */
export class ProviderError extends Error {
  readonly fault: CallFault;

  constructor(fault: CallFault) {
    super(fault.message);
    this.fault = fault;
  }
}

/** What the engine needs of providers; the tests of the engine have one of their own. */
export interface Provider {
  call(kind: string, method: Method, args: readonly unknown[]): Promise<Properties | undefined>;
}

/** Longer than anything that ends by itself. */
const CALL_SECONDS = 300;

export class ProviderClient implements Provider {
  #child: ChildProcess;
  #spare: ChildProcess;
  #number = 0;
  #dying: Promise<void>[] = [];
  /** For each call that is under way. */
  readonly #ends = new Set<(error: Error) => void>();
  /** What it printed: progress. */
  readonly printed: string[] = [];

  constructor() {
    this.#child = this.#start();
    this.#spare = this.#start();
  }

  async call(kind: string, method: Method, args: readonly unknown[]): Promise<Properties | undefined> {
    const number = (this.#number += 1);
    const child = this.#child;
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        child.off("message", hear);
        this.#ends.delete(end);
        act();
      };
      const hear = (said: Said): void => {
        if (said.number !== number) return;
        settle(() => {
          if (said.error !== undefined) reject(new ProviderError(said.error));
          else resolve(said.result as Properties | undefined);
        });
      };
      const timer = setTimeout(() => {
        settle(() => {
          this.kill();
          reject(
            new ProviderError({ message: `HANGS: ${method} of ${kind} did not end in ${String(CALL_SECONDS)} s` }),
          );
        });
      }, CALL_SECONDS * 1000);
      const end = (error: Error): void => {
        settle(() => {
          reject(error);
        });
      };
      this.#ends.add(end);
      child.on("message", hear);
      child.send({ number, kind, method, args });
    });
  }

  /** Until those that were killed are no more, and what they had begun to connect to has noticed. */
  async killedAreGone(): Promise<void> {
    await Promise.all(this.#dying);
    this.#dying = [];
    for (let turns = 0; turns < 3; turns += 1) await new Promise((resolve) => setImmediate(resolve));
  }

  /** As `kill -9` does; a call that is under way ends for the engine as one of a plugin that is gone. */
  kill(): void {
    const killed = this.#child;
    if (killed.exitCode === null && killed.signalCode === null)
      this.#dying.push(new Promise((resolve) => killed.once("exit", () => resolve())));
    killed.kill("SIGKILL");
    this.#child = this.#spare;
    this.#spare = this.#start();
    for (const end of this.#ends) end(new ProviderError({ message: "KILLED: error reading from server: EOF" }));
  }

  /** It does nothing more until it is let go on. */
  hold(): void {
    this.#child.kill("SIGSTOP");
  }

  goOn(): void {
    this.#child.kill("SIGCONT");
  }

  stop(): void {
    for (const child of [this.#child, this.#spare]) child.kill("SIGKILL");
  }

  #start(): ChildProcess {
    const child = fork(join(__dirname, "provider-process.ts"), [], {
      execArgv: [
        join(projectRoot, "test/support/typescript-loader.cjs"),
        join(__dirname, "without-pulumi.cjs"),
      ].flatMap((module) => ["-r", module]),
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (bytes: Buffer) => this.printed.push(bytes.toString()));
    return child;
  }
}
