/** The log of a job on our side: whole lines for people as they come, head and tail for the result. */
import { StringDecoder } from "node:string_decoder";
import type { Progress } from "../remote-host";

const PART_CHARACTERS = 64 * 1024;

export class JobLog {
  readonly #progress: Progress | undefined;
  #decoder = new StringDecoder("utf8");
  #line = "";
  #head = "";
  #tail = "";
  #isCut = false;

  constructor(progress: Progress | undefined) {
    this.#progress = progress;
  }

  take(bytes: Buffer): void {
    const text = this.#decoder.write(bytes);
    this.#keep(text);
    const parts = (this.#line + text).split(/\r?\n|\r(?!$)/);
    this.#line = (parts.pop() ?? "").slice(-PART_CHARACTERS);
    for (const part of parts) if (part !== "") this.#progress?.(part);
  }

  /** The middle of the log is not kept, here or on the host. */
  gap(): void {
    this.#isCut = true;
  }

  end(): void {
    if (this.#line !== "") this.#progress?.(this.#line);
    this.#line = "";
  }

  text(): string {
    return this.#isCut ? `${this.#head}\n[…]\n${this.#tail}` : this.#head + this.#tail;
  }

  /** The last lines that a step printed, for an error: without the marks of steps and of the job's end. */
  lastLines(count: number): string {
    return this.text()
      .split(/[\r\n]+/)
      .filter((line) => line.trim() !== "" && !/^(== job |==> |<== )/.test(line))
      .slice(-count)
      .map((line) => visible(line.slice(0, 500)))
      .join("\n");
  }

  #keep(text: string): void {
    const room = PART_CHARACTERS - this.#head.length;
    this.#head += text.slice(0, Math.max(room, 0));
    if (text.length <= room) return;
    const tail = this.#tail + text.slice(Math.max(room, 0));
    if (tail.length > PART_CHARACTERS) this.#isCut = true;
    this.#tail = tail.slice(-PART_CHARACTERS);
  }
}

/** Control characters as text: in a message they would be the terminal's, not the reader's. */
function visible(line: string): string {
  return line.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
}
