/**
 * A command with a frame round it, on stderr. Pure. Of itself ssh tells neither when a command has begun, nor whether an
 * exit code of 255 was the command's own or the end of the connection. So the host says both: a line of ours when it
 * begins, with the number of the process group, and one when it ends, with the exit code.
 */
import { type ShellText, sh } from "../../shell";
import { type Mark, asWord } from "../host-script";

export function framedCommand(mark: Mark, command: string): string {
  const program: ShellText = sh`printf '\n%s begin %s\n' ${mark} $$ >&2
( eval ${command} )
px_code=$?
printf '\n%s end %s\n' ${mark} "$px_code" >&2
exit "$px_code"`;
  return `exec /bin/sh -c ${asWord(program)}`;
}

/** Ends all that belongs to such a command. (dash takes no `--` before the number.) */
export function killCommand(group: number): string {
  return `exec /bin/sh -c ${asWord(sh`kill -9 ${-group}`)}`;
}

/** Takes our two lines out of stderr; the rest is the command's, byte for byte. */
export class FrameReader {
  readonly #begin: string;
  readonly #end: string;
  readonly #pass: (bytes: Buffer) => void;
  readonly #onBegin: (group: number) => void;
  #rest = "";
  #hasBegun = false;
  /** As the host said it. */
  exitCode: number | undefined;

  constructor(mark: Mark, to: { pass: (bytes: Buffer) => void; begun: (group: number) => void }) {
    this.#begin = `\n${mark} begin `;
    this.#end = `\n${mark} end `;
    this.#pass = to.pass;
    this.#onBegin = to.begun;
  }

  take(bytes: Buffer): void {
    // latin1 keeps each byte as one character.
    this.#rest += bytes.toString("latin1");
    const begun = this.#hasBegun ? undefined : this.#cut(this.#begin);
    if (begun !== undefined) {
      this.#hasBegun = true;
      this.#onBegin(begun);
    }
    if (this.#hasBegun) this.exitCode ??= this.#cut(this.#end);
    this.#passOn(Math.max(0, this.#rest.length - this.#begin.length - 24));
  }

  /** No more will come. */
  finish(): void {
    this.#passOn(this.#rest.length);
  }

  #cut(line: string): number | undefined {
    const start = this.#rest.indexOf(line);
    if (start < 0) return undefined;
    const number = /^(\d+)\n/.exec(this.#rest.slice(start + line.length));
    if (number === null) return undefined;
    const after = this.#rest.slice(start + line.length + number[0].length);
    this.#passOn(start);
    this.#rest = after;
    return Number(number[1]);
  }

  /** The last bytes may be the beginning of a line of ours. */
  #passOn(length: number): void {
    if (length > 0) this.#pass(Buffer.from(this.#rest.slice(0, length), "latin1"));
    this.#rest = this.#rest.slice(length);
  }
}
