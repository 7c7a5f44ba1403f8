/**
 * The S-expressions that xend prints (xend/PrettyPrint.py, xend/sxp.py): an atom is bare, or Python's repr of a text. Where the
 * printer breaks its lines says nothing, and the keys of a list come in no order. Pure.
 */
import { OutputParseError } from "../../errors";

export type Sxp = string | readonly Sxp[];

const TOKEN = /\s*(?:([()])|'((?:[^'\\]|\\[^])*)'|"((?:[^"\\]|\\[^])*)"|([^\s()'"]+))/y;

/** All expressions of a text. @throws OutputParseError where it is cut short, or is none. */
export function parseSxp(text: string): readonly Sxp[] {
  const open: Sxp[][] = [];
  let list: Sxp[] = [];
  const body = text.trimEnd();
  TOKEN.lastIndex = 0;
  for (let at = 0; at < body.length; at = TOKEN.lastIndex) {
    const found = TOKEN.exec(body);
    if (found === null) throw new OutputParseError(`xm printed what is no S-expression: ${body.slice(at, at + 80)}`);
    const [, bracket, single, double, bare] = found;
    if (bracket === "(") {
      open.push(list);
      list = [];
    } else if (bracket === ")") {
      const outer = open.pop();
      if (outer === undefined) throw new OutputParseError("xm printed a bracket that closes nothing.");
      outer.push(list);
      list = outer;
    } else list.push(bare ?? unescaped(single ?? double ?? ""));
  }
  if (open.length > 0) throw new OutputParseError("The answer of xm was cut short.");
  return list;
}

/** The lists within a list that begin with this word. */
export function childrenOf(list: Sxp | undefined, word: string): readonly (readonly Sxp[])[] {
  if (list === undefined || typeof list === "string") return [];
  return list.filter((child): child is readonly Sxp[] => typeof child !== "string" && child[0] === word);
}

/** The text behind a word: `(name guest1)`. `undefined`: no such word; up to Xen 4.0 an empty text is no text at all. */
export function valueOf(list: Sxp | undefined, word: string): string | undefined {
  const [child] = childrenOf(list, word);
  if (child === undefined) return undefined;
  return typeof child[1] === "string" || child[1] === undefined ? (child[1] ?? "") : undefined;
}

const CONTROLS: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

/** Python's escapes of a byte string. */
function unescaped(text: string): string {
  return text.replaceAll(/\\(?:x([0-9a-f]{2})|([^]))/g, (_whole, hex: string | undefined, char: string) =>
    hex === undefined ? (CONTROLS[char] ?? char) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
