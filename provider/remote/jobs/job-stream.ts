/**
 * Takes apart what a follower script says: our own lines, which begin with the mark, and between them the job's log,
 * byte for byte. Pure but for the state of the stream.
 */
import type { Mark } from "../host-script";

type JobState = "started" | "joined" | "mine" | "other";

export type JobEvent =
  | { readonly kind: "host"; readonly machineId: string; readonly bootId: string }
  | { readonly kind: "job"; readonly job: string; readonly state: JobState; readonly limitSeconds: number }
  | { readonly kind: "log"; readonly bytes: Buffer }
  | { readonly kind: "beat" }
  | { readonly kind: "gap" }
  | { readonly kind: "result"; readonly exitCode: number; readonly reason: string; readonly step: string }
  | { readonly kind: "none" };

const NEWLINE = 10;

export class JobStream {
  readonly #frame: Buffer;
  #rest: Buffer = Buffer.alloc(0);
  #isInLog = false;
  readonly #emit: (event: JobEvent) => void;

  constructor(mark: Mark, emit: (event: JobEvent) => void) {
    // Each of our lines comes behind a newline of its own, which is no part of the log.
    this.#frame = Buffer.from(`\n${mark} `);
    this.#emit = emit;
  }

  take(bytes: Buffer): void {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    for (;;) {
      const start = this.#rest.indexOf(this.#frame);
      if (start < 0) break;
      const end = this.#rest.indexOf(NEWLINE, start + this.#frame.length);
      if (end < 0) break;
      this.#log(this.#rest.subarray(0, start));
      const line = this.#rest.subarray(start + this.#frame.length, end).toString("utf8");
      this.#rest = this.#rest.subarray(end + 1);
      this.#own(line);
    }
    this.#passOnWhatIsSurelyLog();
  }

  /** All but what may be the beginning of a line of ours. */
  #passOnWhatIsSurelyLog(): void {
    const start = this.#rest.indexOf(this.#frame);
    const keepFrom = start >= 0 ? start : this.#possibleStart();
    this.#log(this.#rest.subarray(0, keepFrom));
    this.#rest = this.#rest.subarray(keepFrom);
  }

  #possibleStart(): number {
    const from = Math.max(0, this.#rest.length - this.#frame.length + 1);
    for (let index = from; index < this.#rest.length; index += 1) {
      if (this.#frame.subarray(0, this.#rest.length - index).equals(this.#rest.subarray(index))) return index;
    }
    return this.#rest.length;
  }

  #log(bytes: Buffer): void {
    if (this.#isInLog && bytes.length > 0) this.#emit({ kind: "log", bytes });
  }

  #own(line: string): void {
    const [what, first = "", second = "", third = "", fourth = ""] = line.split(" ");
    switch (what) {
      case "host":
        this.#emit({ kind: "host", machineId: first, bootId: second });
        return;
      case "job":
        this.#isInLog = true;
        this.#emit({ kind: "job", job: first, state: second as JobState, limitSeconds: Number(fourth) });
        return;
      case "beat":
      case "gap":
      case "none":
        this.#emit({ kind: what });
        return;
      case "result":
        this.#isInLog = false;
        this.#emit({ kind: "result", exitCode: exitCodeOf(first), reason: second, step: third });
        return;
      default:
    }
  }
}

/** What is no number is no success: `Number("")` is 0. */
function exitCodeOf(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : 1;
}
