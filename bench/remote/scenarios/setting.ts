/** What every scenario is given, and what it gives back. */
import type { SlowLink } from "../link/slow-link";
import type { Figures } from "../report/figures";
import type { Server, ServerOptions } from "../server/sshd";

export interface Setting {
  readonly link: SlowLink;
  /** A real sshd on this machine's loopback, with no delay. */
  readonly nearby: (options?: ServerOptions) => Promise<Server>;
  /** The round trip of the link as it was measured in this run, in seconds. */
  readonly roundTrip: number;
  /** Fewer operations and runs, to see whether it works. */
  readonly isQuick: boolean;
  /** What is going on now, for people who wait. */
  readonly say: (line: string) => void;
}

export interface Section {
  /** Markdown. */
  readonly text: string;
  readonly figures: Figures;
}
