/** Our end of the shell that answers questions (observer-program.ts): one request at a time, each with its outcome. */
import type { Mark } from "../host-script";
import { type Ending, type Outcome, endingOf } from "../link/outcome";
import { OutputCollector } from "../link/output-collector";
import type { Channel } from "../wire";
import { endCode, request } from "./observer-program";

/** The end of an answer is looked for in its last bytes only: the mark, a word and a number. */
const END_AT_MOST = 128;

export interface Asking {
  /** Then we close, and the host ends what it was asked. */
  readonly timeoutSeconds: number;
  readonly capBytes: number;
}

export class Observer {
  readonly #channel: Channel;
  #ending: Ending | undefined;
  #onEnd: (() => void) | undefined;
  #onStdout: ((bytes: Buffer) => void) | undefined;
  #onStderr: ((bytes: Buffer) => void) | undefined;
  /** Called when it ends while nobody asks. */
  onEndAtRest: (() => void) | undefined;

  constructor(channel: Channel) {
    this.#channel = channel;
    channel.stdout.on("data", (bytes: Buffer) => this.#onStdout?.(bytes));
    channel.stderr.on("data", (bytes: Buffer) => this.#onStderr?.(bytes));
    void channel.ended.then((end) => {
      this.#end(endingOf(end));
    });
  }

  get isUsable(): boolean {
    return this.#ending === undefined;
  }

  close(): void {
    this.#channel.close();
    this.#end({ kind: "lost" });
  }

  #end(ending: Ending): void {
    this.#ending ??= ending;
    this.#onEnd?.();
    this.onEndAtRest?.();
    this.onEndAtRest = undefined;
  }

  async ask(mark: Mark, script: string, asking: Asking): Promise<Outcome> {
    const output = new OutputCollector(asking.capBytes, undefined);
    let tail = Buffer.alloc(0);
    return new Promise((resolve) => {
      const settle = (ending: Ending): void => {
        clearTimeout(timer);
        this.#onStdout = this.#onStderr = this.#onEnd = undefined;
        resolve({ ...output.said(), ...ending });
      };
      const giveUp = (ending: Ending): void => {
        this.#ending = ending;
        this.#channel.close();
        settle(ending);
      };
      const timer = setTimeout(() => {
        giveUp({ kind: "timeout", seconds: asking.timeoutSeconds });
      }, asking.timeoutSeconds * 1000);
      this.#onEnd = () => {
        settle(this.#ending ?? { kind: "lost" });
      };
      this.#onStderr = (bytes) => {
        output.takeStderr(bytes);
      };
      this.#onStdout = (bytes) => {
        if (!output.takeStdout(bytes)) {
          giveUp({ kind: "flood", capBytes: output.capBytes });
          return;
        }
        tail = Buffer.concat([tail, bytes]).subarray(-END_AT_MOST);
        const code = endCode(mark, tail);
        if (code !== undefined) settle({ kind: "exit", code });
      };
      if (this.#ending !== undefined) settle(this.#ending);
      else this.#channel.stdin.write(request(mark, script));
    });
  }
}
