/**
 * A question to a host: a script that changes nothing, and the reading of its answer.
 *
 * The script answers with the functions of preamble.ts:
 *   say KEY VALUE…          one line of text
 *   say_file KEY PATH       the file's content; nothing is said when it does not exist
 *   say_cmd KEY COMMAND…    the command's stdout; its exit code under KEY.rc and its stderr under KEY.err
 *   say_once KEY COMMAND…   the same for what many objects of a host ask alike: `xl list -l` runs once for a hundred guests
 *                           asked of in the same moment, and its answer travels once. A KEY always means the same COMMAND
 * Values travel as base64, so any bytes survive. A script that fails answers nothing: the question then throws.
 */
import { OutputParseError } from "../errors";
import type { ShellText } from "./sh";

export interface Question<T> {
  /** For errors and logs: "the state of guest1". */
  readonly about: string;
  readonly script: ShellText;
  readonly read: (answer: Answer) => T;
}

/** What a question's script said, by key. */
export class Answer {
  readonly #values: ReadonlyMap<string, string>;

  constructor(values: ReadonlyMap<string, string>) {
    this.#values = values;
  }

  /** The value, or `undefined` where the script said nothing: a positive "is not there". */
  get(key: string): string | undefined {
    return this.#values.get(key);
  }

  /** The value; throws where the script must have said it. */
  need(key: string): string {
    const value = this.#values.get(key);
    if (value === undefined) throw new OutputParseError(`The host's answer lacks "${key}".`);
    return value;
  }

  keys(): string[] {
    return [...this.#values.keys()];
  }
}
