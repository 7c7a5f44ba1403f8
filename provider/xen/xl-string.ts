/**
 * xl's quoted strings, as its own code reads them (libxlu_cfg.c, xlu__cfgl_dequote; the same from 4.14 to 4.23).
 *
 * `\x41` is refused whatever follows. Of `\101` nothing is left: xl skips the digits and stores no character.
 */

const CONTROLS: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  '"': '"',
  "'": "'",
  "\\": "\\",
};

/** What strtoul takes of the three bytes behind an octal digit, in base 10. */
const OCTAL = /^[ \t\v\f\r]*[+-]?[0-9]+/;

/** @param quoted with its quotes. */
export function unquoted(quoted: string): { text: string } | { refused: string } {
  let text = "";
  let at = 1;
  while (at < quoted.length - 1) {
    const char = quoted.charAt(at++);
    if (char !== "\\") {
      text += char;
      continue;
    }
    const next = quoted.charAt(at++);
    const plain = CONTROLS[next];
    if (plain !== undefined) text += plain;
    else if (next === "x") return { refused: digitsMissing("hex") };
    else if (next >= "0" && next <= "7") {
      const taken = OCTAL.exec(quoted.slice(at, at + 3))?.[0].length ?? 0;
      if (taken <= 1) return { refused: digitsMissing("octal") };
      at += taken;
    } else return { refused: "invalid character after backlash in quoted string" };
  }
  return { text };
}

/** xl's words, with the blank that it lacks. */
function digitsMissing(base: string): string {
  return `invalid digit after backslash ${base}numerical character escape in quoted string`;
}

/** Double quotes and only such escapes as xm, which ran the file as Python, read alike. */
export function quoted(text: string): string {
  const escaped = text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n").replaceAll("\r", "\\r");
  return `"${escaped}"`;
}
