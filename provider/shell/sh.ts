/**
 * The one way to make text for a host's shell.
 *
 * `` sh`rm -f -- ${path}` `` quotes every value as one POSIX word; a list becomes several words; another
 * `sh` text is taken as it is. Backslashes are the shell's (the raw text counts); only `\\${` and a backslash
 * before a backtick are TypeScript's, for the shell's own. Single quotes are complete for a known /bin/sh (dash, bash and busybox are the
 * oracle of test/unit/shell/sh.test.ts). Values that may start with "-" go behind "--", which is the author's part.
 */
import { InvariantError } from "../errors";

/** Text that may be handed to a shell. Only `sh` makes it. */
export class ShellText {
  readonly text: string;

  private constructor(text: string) {
    this.text = text;
  }

  /** @internal for this folder only; a lint rule watches. */
  static vouchedFor(text: string): ShellText {
    return new ShellText(text);
  }

  toString(): string {
    return this.text;
  }
}

export type ShellValue = string | number | ShellText | readonly string[];

export function sh(strings: TemplateStringsArray, ...values: readonly ShellValue[]): ShellText {
  const literal = (index: number): string => (strings.raw[index] ?? "").replaceAll("\\${", "${").replaceAll("\\`", "`");
  return ShellText.vouchedFor(
    values.reduce<string>((text, value, index) => text + word(value) + literal(index + 1), literal(0)),
  );
}

/** Several texts, one under the other. */
export function lines(parts: readonly ShellText[]): ShellText {
  return ShellText.vouchedFor(parts.map((part) => part.text).join("\n"));
}

/** One value as one shell word. */
export function quote(value: string): string {
  if (value.includes("\0")) throw new InvariantError("A NUL byte cannot be handed to a shell.");
  return `'${value.replaceAll("'", "'\\''")}'`;
}

function word(value: ShellValue): string {
  if (value instanceof ShellText) return value.text;
  if (typeof value === "number") {
    // A number means nothing to a shell, and bare it also serves in $(( … )), where a quoted one is an error.
    if (!Number.isFinite(value)) throw new InvariantError(`${value} cannot be handed to a shell.`);
    return String(value);
  }
  if (typeof value === "string") return quote(value);
  return value.map(quote).join(" ");
}
