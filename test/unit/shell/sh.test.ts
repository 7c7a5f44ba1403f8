import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { lines, quote, sh } from "../../../provider/shell";

const SHELLS = [["dash"], ["bash", "--posix"], ["busybox", "sh"]] as const;

/** What a shell really gets: each argument between NUL bytes. */
function argumentsSeenBy(shell: readonly string[], text: string): string[] {
  const [program = "dash", ...rest] = shell;
  const input = `set -- ${text}\nfor x in "$@"; do printf '%s\\0' "$x"; done\n`;
  return execFileSync(program, rest, { input, encoding: "utf8" }).split("\0").slice(0, -1);
}

const hostile = [
  "",
  " ",
  "a b",
  "'",
  "''",
  "$(touch /tmp/never)",
  "`id`",
  "\\",
  "\\'",
  '"',
  "line\nline",
  "\r",
  "\t",
  "*",
  "~",
  "-rf",
  "!!",
  "${HOME}",
  "$((1))",
  "ä€𝔘",
  "\u0001\u007f",
  "a".repeat(5000),
];

describe.each(SHELLS.map((shell) => [shell.join(" "), shell] as const))("under %s", (_name, shell) => {
  it("each hostile value arrives as it is, as one word", () => {
    expect(argumentsSeenBy(shell, sh`${hostile}`.text)).toEqual(hostile);
  });

  it("any list of values arrives as it is", () => {
    const anyText = fc.string({ unit: "binary", maxLength: 40 }).filter((text) => !text.includes("\0"));
    const anyList = fc.array(anyText, { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(anyList, (values) => {
        // Half a surrogate pair is no text that could travel in UTF-8.
        const wellFormed = values.map((value) => Buffer.from(value).toString());
        expect(argumentsSeenBy(shell, sh`${wellFormed}`.text)).toEqual(wellFormed);
      }),
      { numRuns: 25 },
    );
  });

  it("text in text keeps what was quoted", () => {
    const inner = sh`printf %s ${"it's $HOME"}`;
    expect(argumentsSeenBy(shell, sh`${inner.text}`.text)).toEqual([inner.text]);
    expect(argumentsSeenBy(shell, sh`"$(${inner})"`.text)).toEqual(["it's $HOME"]);
  });
});

it("a NUL byte is refused", () => {
  expect(() => quote("a\0b")).toThrow("NUL");
});

it("the shell's own dollars and backticks are written with a backslash", () => {
  expect(sh`echo \${x} \`y\` \n $z`.text).toBe("echo ${x} `y` \\n $z");
});

it("an empty list is no word at all", () => {
  expect(sh`ls ${[]}`.text).toBe("ls ");
});

it("lines stand one under the other", () => {
  expect(lines([sh`a`, sh`b ${1}`]).text).toBe("a\nb 1");
});

it("numbers serve in arithmetic, where a quoted one is an error", () => {
  expect(sh`$((${1073741824} / 1048576))`.text).toBe("$((1073741824 / 1048576))");
  expect(() => sh`${Number.NaN}`).toThrow("cannot be handed to a shell");
});
