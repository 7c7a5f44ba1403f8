/**
 * A guest's configuration as xl reads it. Not the product's own reader: what the two read differently shall show.
 * Numbers may be hexadecimal or stand in quotes; a string may stand in either kind of quotes; lists hold strings.
 */
export type ConfigValue = string | number | readonly string[];

/** @throws Error with xl's words where it cannot read the text. */
export function readConfigText(text: string, path: string): Map<string, ConfigValue> {
  const found = new Map<string, ConfigValue>();
  const tokens = tokensOf(text, path);
  let at = 0;
  const fault = (): Error =>
    new Error(
      `${path}:${String(tokens[at]?.line ?? 1)}: config parsing error near ${JSON.stringify(tokens[at]?.text ?? "")}: syntax error`,
    );
  const is = (sign: string): boolean => tokens[at]?.kind === "sign" && tokens[at]?.text === sign;
  while (at < tokens.length) {
    if (is("\n") || is(";")) {
      at += 1;
      continue;
    }
    const key = tokens[at];
    if (key?.kind !== "word") throw fault();
    at += 1;
    if (!is("=")) throw fault();
    at += 1;
    if (is("[")) {
      at += 1;
      const entries: string[] = [];
      while (!is("]")) {
        if (is("\n") || is(",")) at += 1;
        else if (tokens[at]?.kind === "string") {
          entries.push(tokens[at]?.text ?? "");
          at += 1;
        } else throw fault();
      }
      at += 1;
      found.set(key.text, entries);
    } else {
      const value = tokens[at];
      if (value?.kind === "string") found.set(key.text, value.text);
      else if (value?.kind === "number") found.set(key.text, Number(value.text));
      else throw fault();
      at += 1;
    }
    if (at < tokens.length && !is("\n") && !is(";")) throw fault();
  }
  return found;
}

interface Token {
  readonly kind: "word" | "number" | "string" | "sign";
  readonly text: string;
  readonly line: number;
}

const FORMS: readonly (readonly [Token["kind"] | "nothing", RegExp])[] = [
  ["nothing", /^(?:[ \t\r]+|#[^\n]*)/],
  ["string", /^"(?:[^"\\\n]|\\.)*"|^'(?:[^'\\\n]|\\.)*'/],
  ["number", /^(?:0x[0-9a-f]+|\d+)(?![\w])/i],
  ["word", /^[A-Za-z_]\w*/],
  ["sign", /^[=,;[\]\n]/],
];

function tokensOf(text: string, path: string): Token[] {
  const tokens: Token[] = [];
  let rest = text;
  let line = 1;
  while (rest !== "") {
    const form = FORMS.flatMap(([kind, pattern]) => {
      const match = pattern.exec(rest);
      return match === null ? [] : [{ kind, text: match[0] }];
    })[0];
    if (form === undefined)
      throw new Error(`${path}:${String(line)}: config parsing error near \`${rest.slice(0, 8)}': lexical error`);
    const { kind, text: read } = form;
    if (kind === "string") tokens.push({ kind, text: read.slice(1, -1).replaceAll(/\\(.)/g, "$1"), line });
    else if (kind !== "nothing") tokens.push({ kind, text: read, line });
    if (read === "\n") line += 1;
    rest = rest.slice(read.length);
  }
  return tokens;
}
