/** What a script says, in bounds: bytes are decoded once, whole, so that no character is cut at a packet's border. */
import type { Said } from "./outcome";

const DEFAULT_CAP_BYTES = 1024 * 1024;
const STDERR_PART_BYTES = 16 * 1024;

export class OutputCollector {
  readonly capBytes: number;
  readonly #onOutput: ((bytes: Buffer) => void) | undefined;
  readonly #stdout: Buffer[] = [];
  #stdoutBytes = 0;
  #stderrHead = Buffer.alloc(0);
  #stderrTail = Buffer.alloc(0);

  constructor(capBytes: number | undefined, onOutput: ((bytes: Buffer) => void) | undefined) {
    this.capBytes = capBytes ?? DEFAULT_CAP_BYTES;
    this.#onOutput = onOutput;
  }

  /** `false`: that is more than we take. */
  takeStdout(bytes: Buffer): boolean {
    if (this.#onOutput !== undefined) {
      this.#onOutput(bytes);
      return true;
    }
    if (this.#stdoutBytes + bytes.length > this.capBytes) return false;
    this.#stdoutBytes += bytes.length;
    this.#stdout.push(bytes);
    return true;
  }

  takeStderr(bytes: Buffer): void {
    const room = STDERR_PART_BYTES - this.#stderrHead.length;
    this.#stderrHead = Buffer.concat([this.#stderrHead, bytes.subarray(0, room)]);
    if (bytes.length <= room) return;
    this.#stderrTail = Buffer.concat([this.#stderrTail, bytes.subarray(room)]).subarray(-STDERR_PART_BYTES);
  }

  said(): Said {
    const gap = this.#stderrTail.length < STDERR_PART_BYTES ? "" : "\n[…]\n";
    return {
      stdout: Buffer.concat(this.#stdout),
      stderr: this.#stderrHead.toString("utf8") + gap + this.#stderrTail.toString("utf8"),
    };
  }
}
