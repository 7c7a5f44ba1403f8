/**
 * A live connection, whatever carries it: ssh2 in this process (ssh2/), or the system's own `ssh` (openssh/). In a few lines:
 *
 *   open(command)        runs a command; its stdin, stdout, stderr and end are a channel; "refused": ask again a moment later
 *   tunnel(host, port)   a stream to another host, as seen from this one
 *   ref(isNeeded)        may it keep our process alive?
 *   end(), destroy()     with and without a goodbye; `ended` follows
 *
 * A wire notices by itself when the host has gone. It tries nothing twice, and what it opens has no deadline: both are the
 * session's part.
 */
import type { Duplex, Readable, Writable } from "node:stream";

export interface Wire {
  readonly isAlive: boolean;
  /** Resolves when the connection has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** The login shell runs the command. @throws Error that says why it was certainly not started; also when the wire ends meanwhile. */
  open(command: string): Promise<Channel | "refused">;
  /** @throws Error with the host's words. */
  tunnel(host: string, port: number): Promise<Duplex>;
  ref(isNeeded: boolean): void;
  end(): void;
  destroy(): void;
}

/** A command on the host. Its streams never throw: what breaks shows in `ended`. */
export interface Channel {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** The command has ended, or nobody can tell any more; its last output may still be unread. */
  readonly exited: Promise<void>;
  /** How the command ended, after its last output was read. `undefined`: the link or the channel ended first. Never rejects. */
  readonly ended: Promise<CommandEnd | undefined>;
  /** Ends the command on the host as far as the host lets us, and closes. */
  kill(): void;
  /** Only stops listening: the command may go on. */
  close(): void;
}

export type CommandEnd = { readonly code: number } | { readonly signal: string };
