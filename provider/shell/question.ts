/**
 * A question to a host: a script that changes nothing, and the reading of its answer.
 *
 * The script answers with the functions of library/preamble.sh:
 *   say KEY VALUE…          one line of text
 *   say_file KEY PATH       the file's content; nothing is said when it does not exist
 *   say_line KEY PATH       the same of a file of the kernel's that is one line: it starts no process
 *   say_cmd KEY COMMAND…    the command's stdout; its exit code under KEY.rc and its stderr under KEY.err
 *   say_once KEY COMMAND…   the same for what many objects of a host ask alike: `xl list -l` runs once for a hundred guests
 *                           asked of in the same moment, and its answer travels once. A KEY always means the same COMMAND
 * A value travels as `KEY=BASE64`, so any bytes survive, or as `KEY=~TEXT` where it is printable ASCII.
 * A script that fails answers nothing: the question then throws.
 */
import { OutputParseError } from "../errors";
import { inPlainWords } from "./plain-words";
import type { ShellText } from "./sh";

export interface Question<T> {
  /** For errors and logs: "the state of guest1". */
  readonly about: string;
  readonly script: ShellText;
  readonly read: (answer: Answer) => T;
}

/** One line of an answer; `undefined` for what no function of preamble.ts has written. */
export function saidIn(line: string): { readonly key: string; readonly value: string } | undefined {
  const [, key, plain, base64] = /^([^=]+)=(?:~([ -~]*)|([A-Za-z0-9+/]*={0,2}))$/.exec(line) ?? [];
  if (key === undefined) return undefined;
  return { key: utf8(key), value: plain ?? Buffer.from(base64 ?? "", "base64").toString("utf8") };
}

/** Lines are taken apart byte by byte; a key may hold more than ASCII. */
function utf8(latin1: string): string {
  return Buffer.from(latin1, "latin1").toString("utf8");
}

/** What a question's script said, by key. */
export class Answer {
  readonly #values: ReadonlyMap<string, string>;

  constructor(values: ReadonlyMap<string, string>) {
    this.#values = values;
  }

  /** The value, or `undefined` where the script said nothing: a positive "is not there". */
  get(key: string): string | undefined {
    const value = this.#values.get(key);
    // A command that is not there is told by the shell, not by itself.
    return value !== undefined && key.endsWith(".err") ? inPlainWords(value) : value;
  }

  /** The value; throws where the script must have said it. */
  need(key: string): string {
    const value = this.get(key);
    if (value === undefined) throw new OutputParseError(`The host's answer lacks "${key}".`);
    return value;
  }

  keys(): string[] {
    return [...this.#values.keys()];
  }

  /** What follows `prefix` in each key that begins with it: `owner.XAPI` is `XAPI` behind `owner.`. */
  keysBehind(prefix: string): string[] {
    return this.keys().flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []));
  }
}
