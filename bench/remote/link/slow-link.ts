/** A link of 50 ms between this process and a real sshd, however the machine can make it. */
import type { Server, ServerOptions } from "../server/sshd";

export const ROUND_TRIP_MS = 50;

export interface SlowLink {
  /** How it is made, for people. */
  readonly description: string;
  /** Of this run; main.ts removes it at the end, whatever happened. */
  readonly folder: string;
  /** A real sshd at the other end. */
  serve(options?: ServerOptions): Promise<Server>;
  /** Round trips that had to wait for one another, since this was asked last. See flights.ts. */
  flights(): Promise<number>;
  /** A round trip as it is now, in ms. */
  roundTripMs(): Promise<number>;
  close(): Promise<void>;
}
