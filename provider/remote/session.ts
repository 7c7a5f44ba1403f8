/**
 * One live SSH connection. Scripts run in `/bin/sh`, sent by stdin: whatever the login shell is, it only has to start
 * that. Shells are opened ahead of need, so that a script costs one round trip (facts: 3 without).
 */
import type { Client, ClientChannel } from "ssh2";
import { CommandError, ConnectError, messageOf } from "../errors";
import { quote } from "../shell";
import { ChannelGate } from "./channel-gate";
import { RUN_STDIN } from "./host-script";
import { keepalive } from "./keepalive";
import type { Ending, Outcome } from "./outcome";
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
}

export class Session {
  readonly #client: Client;
  readonly #shell: string;
  readonly #shellCommand: string;
  readonly #label: string;
  readonly #gate: ChannelGate;
  /** Ready shells, each with how to take it: `false` says that its slot was needed meanwhile. */
  readonly #ahead: { channel: ClientChannel; take: () => boolean }[] = [];
  #openingAhead = 0;
  #runs = 0;
  #isWorthOpeningAhead = true;
  #isAlive = true;
  /** Called when the connection ends; a set and no promise, so that nothing of an ended command is kept. */
  readonly #onEnd = new Set<() => void>();
  /** Resolves when the connection has ended, for whatever reason. */
  readonly ended: Promise<void>;

  constructor(client: Client, options: { label: string; sudo: boolean; channelLimit?: number }) {
    this.#client = client;
    this.#label = options.label;
    this.#shell = options.sudo ? "exec sudo -n -- /bin/sh" : "exec /bin/sh";
    this.#shellCommand = `${this.#shell} -c ${quote(RUN_STDIN)}`;
    this.#gate = new ChannelGate(options.channelLimit);
    const stopKeepalive = keepalive(client, () => {
      client.destroy();
    });
    this.ended = new Promise((resolve) => {
      client.once("close", () => {
        this.#isAlive = false;
        stopKeepalive();
        resolve();
        for (const tell of [...this.#onEnd]) tell();
      });
    });
    // A connection that failed is of no more use, even where no `close` follows.
    client.on("error", () => {
      this.#isAlive = false;
      client.destroy();
    });
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  get client(): Client {
    return this.#client;
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
    channel.end(script);
    this.#openAhead();
    return outcome;
  }

  /** Runs a program text of ours given as an argument, with `feed` writing to its stdin. For contents, not for scripts. */
  async runFed(
    command: string,
    feed: (channel: ClientChannel) => Promise<void>,
    options: RunOptions,
  ): Promise<Outcome> {
    const channel = await this.#open(`${this.#shell} -c ${command}`);
    const outcome = this.#outcomeOf(channel, options);
    await feed(channel).catch((error: unknown) => {
      channel.close();
      throw error;
    });
    return outcome;
  }

  /**
   * Starts a program text of ours, given as an argument, whose stdin stays open: for a shell that answers more than once.
   * @throws ConnectError when it was certainly not started.
   */
  async openShell(command: string): Promise<ClientChannel> {
    const channel = await this.#open(`${this.#shell} -c ${command}`);
    this.#runs += 1;
    this.#openAhead();
    return channel;
  }

  end(): void {
    this.#client.end();
    // A host that does not answer the goodbye must not keep us.
    setTimeout(() => this.#client.destroy(), 1_000).unref();
  }

  async #takeShell(): Promise<ClientChannel> {
    for (let ahead = this.#ahead.shift(); ahead !== undefined; ahead = this.#ahead.shift()) {
      if (ahead.take()) return ahead.channel;
    }
    return this.#open(this.#shellCommand);
  }

  #openAhead(): void {
    // Where slots are scarce each shell opened ahead would only be closed for the next need.
    const isWorth = this.#isWorthOpeningAhead && this.#gate.limit > 2;
    const wanted = isWorth ? Math.min(SHELLS_AHEAD_AT_MOST, this.#runs) : 0;
    while (this.#isAlive && !this.#gate.isFull && this.#ahead.length + this.#openingAhead < wanted) {
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

  #keepAhead(channel: ClientChannel): void {
    const ahead = { channel, take: (): boolean => false };
    this.#ahead.push(ahead);
    const giveUp = (): void => {
      const index = this.#ahead.indexOf(ahead);
      if (index < 0) return;
      this.#ahead.splice(index, 1);
      channel.resume();
      channel.stderr.resume();
      channel.close();
    };
    ahead.take = this.#gate.rest(giveUp);
    // A shell that ends before it got a script (no shell for this user, sudo refuses) is none; nobody has heard its exit.
    const ended = (): void => {
      if (ahead.take()) this.#isWorthOpeningAhead = false;
      giveUp();
    };
    channel.once("exit", ended);
    channel.once("close", ended);
  }

  /** @throws ConnectError, CommandError when the host refuses channels for longer than 20 s. */
  async #open(command: string): Promise<ClientChannel> {
    await this.#gate.enter();
    const deadline = Date.now() + OPEN_TIMEOUT_MS;
    try {
      for (let refusals = 0; ; refusals += 1) {
        const opened = await this.#exec(command, deadline - Date.now());
        if (opened !== "refused") {
          opened.once("close", () => {
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

  async #exec(command: string, timeoutMs: number): Promise<ClientChannel | "refused"> {
    if (!this.#isAlive) throw this.#gone("the connection has ended");
    return new Promise((resolve, reject) => {
      const settled = (): void => {
        clearTimeout(timer);
        this.#onEnd.delete(ended);
      };
      const timer = setTimeout(
        () => {
          reject(this.#gone("no answer to the opening of a channel"));
          this.#client.destroy();
        },
        Math.max(timeoutMs, 1),
      );
      const ended = (): void => {
        settled();
        reject(this.#gone("the connection ended while a channel was being opened"));
      };
      this.#onEnd.add(ended);
      try {
        this.#client.exec(command, (error, channel) => {
          settled();
          if (error === undefined) resolve(channel);
          else if (Number((error as { reason?: unknown }).reason) === 2) resolve("refused");
          else reject(this.#gone(messageOf(error)));
        });
      } catch (error) {
        settled();
        reject(this.#gone(messageOf(error)));
      }
    });
  }

  #gone(why: string): ConnectError {
    return new ConnectError(`The connection with ${this.#label} failed before the command was sent: ${why}.`, {
      hint: "See that the host runs and is reachable, then run the same again.",
    });
  }

  async #outcomeOf(channel: ClientChannel, options: RunOptions): Promise<Outcome> {
    const output = new OutputCollector(options.capBytes, options.onOutput);
    const kill = (): void => {
      // OpenSSH before 7.9 ignores the signal: what runs on the host has its own deadline there.
      channel.signal("KILL");
      channel.close();
    };
    return new Promise((resolve) => {
      let exit: { code: number } | { signal: string } | undefined;
      const settle = (ending: Ending): void => {
        clearTimeout(timer);
        this.#onEnd.delete(linkEnded);
        options.signal?.removeEventListener("abort", abort);
        resolve({ ...output.said(), ...ending });
      };
      const abort = (): void => {
        channel.close();
        settle({ kind: "lost" });
      };
      const timer = setTimeout(() => {
        kill();
        settle({ kind: "timeout", seconds: options.timeoutSeconds });
      }, options.timeoutSeconds * 1000);
      options.signal?.addEventListener("abort", abort, { once: true });
      channel.on("data", (bytes: Buffer) => {
        if (output.takeStdout(bytes)) return;
        kill();
        settle({ kind: "flood", capBytes: output.capBytes });
      });
      channel.stderr.on("data", (bytes: Buffer) => {
        output.takeStderr(bytes);
      });
      channel.on("error", () => undefined);
      channel.once("exit", (code: number | null, signal?: string) => {
        exit = code === null ? { signal: signal ?? "unknown" } : { code };
      });
      // Without an `exit` event the link died: never a success.
      const closed = (): void => {
        if (exit === undefined) settle({ kind: "lost" });
        else settle("code" in exit ? { kind: "exit", code: exit.code } : { kind: "signal", signal: exit.signal });
      };
      channel.once("close", closed);
      const linkEnded = (): void => {
        setImmediate(closed);
      };
      this.#onEnd.add(linkEnded);
    });
  }
}
