/** The wire over the library ssh2: all in this process, no other program needed. */
import type { Duplex } from "node:stream";
import type { Client, ClientChannel } from "ssh2";
import type { Channel, CommandEnd, Wire } from "../wire";
import type { Carrier } from "./carrier";
import { keepalive } from "./keepalive";

/** RFC 4254, 5.1: SSH_OPEN_CONNECT_FAILED, which is what sshd also says when its MaxSessions are in use. */
const REFUSED = 2;
/** The same for streams to another host, whose text is only "open failed". */
const NO_TUNNEL: Readonly<Record<number, string>> = { 1: "administratively prohibited", [REFUSED]: "connect failed" };

export class Ssh2Wire implements Wire {
  readonly ended: Promise<void>;
  readonly #client: Client;
  readonly #carrier: Carrier;
  #isAlive = true;
  /** Called when the connection ends; a set and no promise, so that nothing of an ended command is kept. */
  readonly #onEnd = new Set<() => void>();

  /** Of a client that has logged in. */
  constructor(client: Client, carrier: Carrier) {
    this.#client = client;
    this.#carrier = carrier;
    const stopKeepalive = keepalive(client, carrier.sentBytes, () => {
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

  async open(command: string): Promise<Channel | "refused"> {
    return this.#unlessEnded((resolve, reject) => {
      this.#client.exec(command, (error, channel) => {
        if (error === undefined) resolve(this.#channelOf(channel));
        else if (reasonOf(error) === REFUSED) resolve("refused");
        else reject(error);
      });
    });
  }

  async tunnel(host: string, port: number): Promise<Duplex> {
    return this.#unlessEnded((resolve, reject) => {
      this.#client.forwardOut("127.0.0.1", 0, host, port, (error, channel) => {
        if (error === undefined) resolve(channel);
        else reject(new Error(NO_TUNNEL[reasonOf(error)] ?? error.message, { cause: error }));
      });
    });
  }

  ref(isNeeded: boolean): void {
    this.#carrier.ref(isNeeded);
  }

  end(): void {
    this.#client.end();
    // A host that does not answer the goodbye must not keep us.
    setTimeout(() => this.#client.destroy(), 1_000).unref();
  }

  destroy(): void {
    this.#client.destroy();
  }

  /** ssh2 does not always call back when the connection ends. */
  #unlessEnded<T>(begin: (resolve: (value: T) => void, reject: (error: Error) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      if (!this.#isAlive) throw new Error("the connection has ended");
      const ended = (): void => {
        reject(new Error("the connection ended meanwhile"));
      };
      const settled = (): void => {
        this.#onEnd.delete(ended);
      };
      this.#onEnd.add(ended);
      try {
        begin(
          (value) => {
            settled();
            resolve(value);
          },
          (error) => {
            settled();
            reject(error);
          },
        );
      } catch (error) {
        settled();
        throw error;
      }
    });
  }

  #channelOf(channel: ClientChannel): Channel {
    channel.on("error", () => undefined);
    let end: CommandEnd | undefined;
    let tellExited = (): void => undefined;
    const exited = new Promise<void>((resolve) => (tellExited = resolve));
    channel.once("exit", (code: number | null, signal?: string) => {
      end = code === null ? { signal: signal ?? "unknown" } : { code };
      tellExited();
    });
    const ended = new Promise<CommandEnd | undefined>((resolve) => {
      // Without an `exit` event the link died: never a success.
      const closed = (): void => {
        this.#onEnd.delete(linkEnded);
        tellExited();
        resolve(end);
      };
      const linkEnded = (): void => {
        setImmediate(closed);
      };
      channel.once("close", closed);
      this.#onEnd.add(linkEnded);
    });
    return {
      stdin: channel,
      stdout: channel,
      stderr: channel.stderr,
      exited,
      ended,
      kill: () => {
        // OpenSSH before 7.9 ignores the signal: what runs on the host has its own deadline there.
        channel.signal("KILL");
        channel.close();
      },
      close: () => {
        channel.close();
      },
    };
  }
}

function reasonOf(error: Error): number {
  return Number((error as { reason?: unknown }).reason);
}
