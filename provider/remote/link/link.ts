/**
 * The connection with one host as its users know it: there when it is needed, dialled again after it was lost, closed
 * when nobody has used it for a while.
 */
import { AuthenticationError, type ConnectError, XenProviderError, messageOf } from "../../errors";
import { backoffMs, pause } from "../backoff";
import { type Connection, labelOf } from "../connection/connection";
import { mayPass, unreachable } from "../connection/unreachable";
import { startOpenssh } from "../openssh/start";
import { type Carrier, tcpCarrier } from "../ssh2/carrier";
import { logIn } from "../ssh2/login";
import type { Wire } from "../wire";
import { Session } from "./session";

/** MaxStartups may drop a dial for a while; a host that is really away is told within a quarter of a minute. */
const ATTEMPTS = 5;
/** Where each attempt takes long, as it does with a host that says nothing, there are fewer. */
const NO_ATTEMPT_AFTER_MS = 30_000;
const IDLE_MS = 60_000;

interface Live {
  readonly session: Session;
  readonly wire: Wire;
}

export class Link {
  readonly label: string;
  readonly #connection: Connection;
  readonly #jump: Link | undefined;
  #live: Promise<Live> | undefined;
  #users = 0;
  #idleTimer: NodeJS.Timeout | undefined;
  #learntChannelLimit: number | undefined;

  constructor(connection: Connection, jump: Link | undefined) {
    this.#connection = connection;
    this.#jump = jump;
    this.label = labelOf(connection);
  }

  /** Lends the session for the time of `use`. Not tried again when `use` fails: only its author knows whether it may be. */
  async withSession<T>(use: (session: Session) => Promise<T>): Promise<T> {
    const live = this.#enter();
    try {
      return await use((await live).session);
    } finally {
      await this.#leave(live);
    }
  }

  /** The next use dials again. What runs over the old connection may end there. */
  refresh(): void {
    const old = this.#live;
    this.#live = undefined;
    void old?.then(
      ({ session, wire }) => {
        if (!session.isFeeding) wire.ref(false);
        // Nobody can tell when the last user of an old connection has gone; a dark one is ended by its keepalive. Only a content that
        // is on its way would have to be sent again: a disk image is brought while its host's bridge is made.
        const end = (): void => {
          if (session.isFeeding) setTimeout(end, 5_000).unref();
          else session.end();
        };
        setTimeout(end, 30_000).unref();
      },
      () => undefined,
    );
  }

  async close(): Promise<void> {
    clearTimeout(this.#idleTimer);
    const old = this.#live;
    this.#live = undefined;
    const live = await old?.catch(() => undefined);
    if (live === undefined) return;
    live.session.end();
    await live.session.ended;
  }

  #enter(): Promise<Live> {
    clearTimeout(this.#idleTimer);
    this.#users += 1;
    const live = this.#live ?? this.#connect();
    this.#live = live;
    void live.then(
      ({ wire }) => {
        wire.ref(this.#users > 0);
      },
      () => {
        if (this.#live === live) this.#live = undefined;
      },
    );
    return live;
  }

  async #leave(live: Promise<Live>): Promise<void> {
    this.#users -= 1;
    if (this.#users > 0) return;
    // An idle connection must not keep the process of a finished program alive.
    await live.then(
      ({ wire }) => {
        if (this.#users === 0) wire.ref(false);
      },
      () => undefined,
    );
    this.#idleTimer = setTimeout(() => void this.close(), IDLE_MS).unref();
  }

  async #connect(): Promise<Live> {
    const started = Date.now();
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#dialOnce();
      } catch (error) {
        const isLast = attempt >= ATTEMPTS || Date.now() - started > NO_ATTEMPT_AFTER_MS;
        if (isLast || !mayPass(error)) throw error;
        await pause(backoffMs(attempt));
      }
    }
  }

  async #dialOnce(): Promise<Live> {
    const wire = await this.#dial();
    const session = new Session(wire, {
      label: this.label,
      sudo: this.#connection.sudo === true,
      ...(this.#learntChannelLimit === undefined ? {} : { channelLimit: this.#learntChannelLimit }),
    });
    const live = { session, wire };
    void session.ended.then(() => {
      this.#learntChannelLimit = session.gate.limit;
      void this.#live?.then(
        (current) => {
          if (current === live) this.#live = undefined;
        },
        () => undefined, // Another connection is on its way and fails: its own askers hear of that.
      );
    });
    return live;
  }

  async #dial(): Promise<Wire> {
    // The system's ssh goes through the jump host by itself.
    if (this.#connection.transport === "openssh") return startOpenssh(this.#connection);
    const carrier = this.#jump === undefined ? await tcpCarrier(this.#connection) : await this.#tunnel(this.#jump);
    return logIn(this.#connection, carrier);
  }

  async #tunnel(jump: Link): Promise<Carrier> {
    const entered = jump.#enter();
    const leave = (): void => void jump.#leave(entered);
    try {
      const { wire } = await entered;
      const stream = await wire.tunnel(this.#connection.host, this.#connection.port ?? 22);
      stream.once("close", leave);
      return {
        stream,
        ref: (isNeeded) => {
          wire.ref(isNeeded);
        },
        sentBytes: () => 0,
      };
    } catch (error) {
      leave();
      throw error instanceof XenProviderError ? error : this.#noTunnel(jump, error);
    }
  }

  #noTunnel(jump: Link, error: unknown): ConnectError | AuthenticationError {
    if (/administratively prohibited/i.test(messageOf(error))) {
      return new AuthenticationError(`${jump.label} does not forward connections to ${this.label}.`, {
        hint: "Allow it there (AllowTcpForwarding, PermitOpen in sshd_config), or use another jump host.",
        cause: error,
      });
    }
    return unreachable(this.#connection, new Error(`through ${jump.label}: ${messageOf(error)}`, { cause: error }));
  }
}
