/**
 * The use of one live connection. Scripts run in `/bin/sh`, sent by stdin: whatever the login shell is, it only has to start
 * that. Shells are opened ahead of need, so that a script costs one round trip (facts: 3 without).
 */
import type { Writable } from "node:stream";
import { CommandError, ConnectError, messageOf } from "../../errors";
import { quote } from "../../shell";
import { RUN_PACKED, packed } from "../host-script";
import type { Channel, Wire } from "../wire";
import { ChannelGate } from "./channel-gate";
import { type Ending, type Outcome, endingOf } from "./outcome";
import { OutputCollector } from "./output-collector";

const SHELLS_AHEAD_AT_MOST = 4;
const OPEN_TIMEOUT_MS = 20_000;

export interface RunOptions {
  readonly timeoutSeconds: number;
  /** Of stdout; default 1 MiB. */
  readonly capBytes?: number;
  /** Each piece of stdout as it comes; it is then not collected. */
  readonly onOutput?: (bytes: Buffer) => void;
  /** Ends the waiting: the channel is closed and the outcome is "lost". */
  readonly signal?: AbortSignal;
  /** From this time on the channel is closed where others need its slot; the outcome is "gave-way". */
  readonly obligingAfterMs?: number;
}

export class Session {
  readonly #wire: Wire;
  readonly #shell: string;
  readonly #shellCommand: string;
  readonly #label: string;
  readonly #gate: ChannelGate;
  /** Ready shells, each with how to take it: `false` says that its slot was needed meanwhile. */
  readonly #ahead: { channel: Channel; take: () => boolean }[] = [];
  #openingAhead = 0;
  #runs = 0;
  #feeding = 0;
  #isWorthOpeningAhead = true;

  constructor(wire: Wire, options: { label: string; sudo: boolean; channelLimit?: number }) {
    this.#wire = wire;
    this.#label = options.label;
    this.#shell = options.sudo ? "exec sudo -n -- /bin/sh" : "exec /bin/sh";
    this.#shellCommand = `${this.#shell} -c ${quote(RUN_PACKED)}`;
    this.#gate = new ChannelGate(options.channelLimit);
  }

  /** Resolves when the connection has ended, for whatever reason. */
  get ended(): Promise<void> {
    return this.#wire.ended;
  }

  get gate(): ChannelGate {
    return this.#gate;
  }

  /**
   * Runs a script.
   * @throws ConnectError when it was certainly not started; anything later is an Outcome.
   */
  async run(script: string, options: RunOptions): Promise<Outcome> {
    this.#runs += 1;
    const channel = await this.#takeShell();
    const outcome = this.#outcomeOf(channel, options);
    channel.stdin.end(packed(script));
    this.#openAhead();
    return outcome;
  }

  /** Runs a program text of ours given as an argument, with `feed` writing to its stdin. For contents, not for scripts. */
  async runFed(command: string, feed: (stdin: Writable) => Promise<void>, options: RunOptions): Promise<Outcome> {
    const channel = await this.#open(`${this.#shell} -c ${command}`);
    const outcome = this.#outcomeOf(channel, options);
    this.#feeding += 1;
    try {
      const fed = feed(channel.stdin).catch((error: unknown) => {
        channel.close();
        throw error;
      });
      // Who waits for room in a channel whose connection is ended from here hears neither of room nor of an end (ssh2).
      await Promise.race([fed, outcome]);
      return await outcome;
    } finally {
      this.#feeding -= 1;
    }
  }

  /** Is a content on its way? */
  get isFeeding(): boolean {
    return this.#feeding > 0;
  }

  /**
   * Starts a program text of ours, given as an argument, whose stdin stays open: for a shell that answers more than once.
   * @throws ConnectError when it was certainly not started.
   */
  async openShell(command: string): Promise<Channel> {
    const channel = await this.#open(`${this.#shell} -c ${command}`);
    this.#runs += 1;
    this.#openAhead();
    return channel;
  }

  end(): void {
    this.#wire.end();
  }

  async #takeShell(): Promise<Channel> {
    for (let ahead = this.#ahead.shift(); ahead !== undefined; ahead = this.#ahead.shift()) {
      if (ahead.take()) return ahead.channel;
    }
    return this.#open(this.#shellCommand);
  }

  #openAhead(): void {
    // Where slots are scarce each shell opened ahead would only be closed for the next need.
    const isWorth = this.#isWorthOpeningAhead && this.#gate.limit > 2;
    const wanted = isWorth ? Math.min(SHELLS_AHEAD_AT_MOST, this.#runs) : 0;
    while (this.#wire.isAlive && !this.#gate.isFull && this.#ahead.length + this.#openingAhead < wanted) {
      this.#openingAhead += 1;
      void this.#open(this.#shellCommand)
        .then(
          (channel) => {
            this.#keepAhead(channel);
          },
          () => undefined,
        )
        .finally(() => {
          this.#openingAhead -= 1;
        });
    }
  }

  #keepAhead(channel: Channel): void {
    const ahead = { channel, take: (): boolean => false };
    this.#ahead.push(ahead);
    const giveUp = (): void => {
      const index = this.#ahead.indexOf(ahead);
      if (index < 0) return;
      this.#ahead.splice(index, 1);
      channel.stdout.resume();
      channel.stderr.resume();
      channel.close();
    };
    ahead.take = this.#gate.rest(giveUp);
    // ssh2 reports the end of a channel only to those who read it; before its script a shell has nothing to say.
    channel.stdout.resume();
    // A shell that ends before it got a script (no shell for this user, sudo refuses) is none; nobody has heard its exit.
    void channel.exited.then(() => {
      if (ahead.take()) this.#isWorthOpeningAhead = false;
      giveUp();
    });
  }

  /** @throws ConnectError, CommandError when the host refuses channels for longer than 20 s. */
  async #open(command: string): Promise<Channel> {
    await this.#gate.enter();
    const deadline = Date.now() + OPEN_TIMEOUT_MS;
    try {
      for (let refusals = 0; ; refusals += 1) {
        const opened = await this.#openInTime(command, deadline - Date.now());
        if (opened !== "refused") {
          void opened.ended.then(() => {
            this.#gate.leave();
          });
          return opened;
        }
        if (refusals > 0) this.#gate.refused();
        if (Date.now() > deadline) {
          throw new CommandError(`${this.#label} refused to open a channel for ${String(OPEN_TIMEOUT_MS / 1000)} s.`, {
            hint: "Somebody else may use up the sessions that sshd allows on a connection (MaxSessions in sshd_config).",
          });
        }
        await new Promise((resolve) => setTimeout(resolve, 10 + Math.random() * 40 * Math.min(refusals + 1, 10)));
      }
    } catch (error) {
      this.#gate.leave();
      throw error;
    }
  }

  async #openInTime(command: string, timeoutMs: number): Promise<Channel | "refused"> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(
        () => {
          reject(new Error(`no answer to the opening of a channel within ${String(OPEN_TIMEOUT_MS / 1000)} s`));
          this.#wire.destroy();
        },
        Math.max(timeoutMs, 1),
      );
    });
    try {
      return await Promise.race([this.#wire.open(command), late]);
    } catch (error) {
      throw this.#gone(messageOf(error));
    } finally {
      clearTimeout(timer);
    }
  }

  #gone(why: string): ConnectError {
    return new ConnectError(`The connection with ${this.#label} failed before the command was sent: ${why}.`, {
      hint: "See that the host runs and is reachable, then run the same again.",
    });
  }

  async #outcomeOf(channel: Channel, options: RunOptions): Promise<Outcome> {
    const output = new OutputCollector(options.capBytes, options.onOutput);
    return new Promise((resolve) => {
      let keep = (): boolean => true;
      const settle = (ending: Ending): void => {
        clearTimeout(timer);
        clearTimeout(obliging);
        keep();
        options.signal?.removeEventListener("abort", abort);
        resolve({ ...output.said(), ...ending });
      };
      const abort = (): void => {
        channel.close();
        settle({ kind: "lost" });
      };
      const timer = setTimeout(() => {
        channel.kill();
        settle({ kind: "timeout", seconds: options.timeoutSeconds });
      }, options.timeoutSeconds * 1000);
      const obliging =
        options.obligingAfterMs === undefined
          ? undefined
          : setTimeout(() => {
              keep = this.#gate.oblige(() => {
                channel.close();
                settle({ kind: "gave-way" });
              });
            }, options.obligingAfterMs).unref();
      options.signal?.addEventListener("abort", abort, { once: true });
      channel.stdout.on("data", (bytes: Buffer) => {
        if (output.takeStdout(bytes)) return;
        channel.kill();
        settle({ kind: "flood", capBytes: output.capBytes });
      });
      channel.stderr.on("data", (bytes: Buffer) => {
        output.takeStderr(bytes);
      });
      void channel.ended.then((end) => {
        settle(endingOf(end));
      });
    });
  }
}
