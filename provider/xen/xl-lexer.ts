/**
 * The words of a configuration's text, cut as xl cuts them (libxlu_cfg_l.l). Where xl refuses, so do we, with its line
 * and its reason.
 */
import { unquoted } from "./xl-string";

/** As xl's messages name them. */
type TokenKind = "IDENT" | "STRING" | "NUMBER" | "NEWLINE" | "+=" | "'='" | "','" | "'['" | "']'" | "';'" | "$end";

export interface Token {
  readonly kind: TokenKind;
  /** As it stands; a comment and its line end are one NEWLINE. */
  readonly text: string;
  /** Of a string: without its quotes. */
  readonly value: string;
  readonly line: number;
}

/** Why xl does not read a text. */
export class XlRefusal extends Error {
  readonly line: number;
  /** xl's own words, without file and line. */
  readonly reason: string;

  constructor(line: number, reason: string) {
    super(`line ${line}: ${reason}`);
    this.line = line;
    this.reason = reason;
  }
}

const RULES: readonly (readonly [TokenKind, RegExp])[] = [
  ["IDENT", /[a-z][._0-9a-z]*/y],
  ["NUMBER", /[0-9][0-9a-fx]*/y],
  ["','", /,/y],
  ["'['", /\[/y],
  ["']'", /\]/y],
  ["+=", /\+=/y],
  ["'='", /=/y],
  ["';'", /;/y],
  // A comment without a line end is none to xl: it refuses a file that ends with one.
  ["NEWLINE", /(?:#[^\n]*)?\n/y],
  ["STRING", /'(?:[^'\\\n]|\\[^\n])*'|"(?:[^"\\\n]|\\[^\n])*"/y],
];

const BLANKS = /[ \t]*/y;
/** What xl names of the place: up to the next blank. A carriage return is such a place. */
const UNREADABLE = /[^\n][^ \t\n]*/y;

export class Lexer {
  private readonly text: string;
  private at = 0;
  private line = 1;
  private last: Token = { kind: "$end", text: "", value: "", line: 1 };

  constructor(text: string) {
    this.text = text;
  }

  /** @throws XlRefusal */
  next(): Token {
    this.at += matched(BLANKS, this.text, this.at).length;
    if (this.at >= this.text.length) return this.end("");
    for (const [kind, rule] of RULES) {
      const text = matched(rule, this.text, this.at);
      if (text === "") continue;
      this.last = { kind, text, value: kind === "STRING" ? this.unquoted(text) : text, line: this.line };
      this.at += text.length;
      if (kind === "NEWLINE") this.line += 1;
      return this.last;
    }
    const unreadable = matched(UNREADABLE, this.text, this.at);
    // As the very last byte xl passes over it.
    if (this.at === this.text.length - 1 && unreadable < "\u0080") return this.end(unreadable);
    throw new XlRefusal(this.line, near(unreadable, "lexical error"));
  }

  private end(text: string): Token {
    this.at = this.text.length;
    this.last = { kind: "$end", text, value: "", line: this.last.line };
    return this.last;
  }

  /** What xl says of a word that it did not expect. */
  unexpected({ kind, text, line }: Token, expected: string): XlRefusal {
    const reason = near(text, `syntax error, unexpected ${kind}, expecting ${expected}`);
    // Of a line end xl names the line before.
    return new XlRefusal(kind === "NEWLINE" ? line - 1 : line, reason);
  }

  /** What xl says after the last word that it read. */
  refusal(reason: string): XlRefusal {
    return new XlRefusal(this.line, near(this.last.text, reason));
  }

  private unquoted(text: string): string {
    const read = unquoted(text);
    if ("refused" in read) throw new XlRefusal(this.line, near(text, read.refused));
    return read.text;
  }
}

function near(text: string, reason: string): string {
  const shown = text.replace(/\n$/, "").replace(/[ \t]+$/, "");
  const place = shown === "" && text !== "" ? "<newline>" : `\`${shown}'`;
  return `config parsing error near ${place}: ${reason}`;
}

function matched(rule: RegExp, text: string, at: number): string {
  rule.lastIndex = at;
  return rule.exec(text)?.[0] ?? "";
}
