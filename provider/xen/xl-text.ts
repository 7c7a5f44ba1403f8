/**
 * The text form of xl.cfg(5): assignments of numbers, strings and lists, read by xl's own grammar (libxlu_cfg_y.y).
 *
 * Written is the common subset that xl reads and that xm, which ran the file as Python, read too: double quotes, few
 * escapes, no expressions.
 */
import { Lexer, type Token, XlRefusal } from "./xl-lexer";
import { quoted } from "./xl-string";

export type XlValue = string | number | readonly string[];

/** What xl keeps of a value: to it a number is a string that it has not looked at yet. */
export type XlTree = string | readonly XlTree[];

export interface XlAssignment {
  readonly key: string;
  readonly value: XlValue;
  /** By `+=`: xl then reads no number of it. */
  readonly isAdded?: true;
}

/** What a configuration's text says to xl: the last value of each key. */
export interface XlText {
  readonly assignments: readonly XlAssignment[];
  /** Keys whose list holds lists. */
  readonly nested: readonly { readonly key: string; readonly value: XlTree }[];
  /** Comments, in order, wherever they stood. */
  readonly foreign: readonly string[];
  /** Nothing of the text is in force, and nothing of it stands above. */
  readonly refused?: XlRefusal;
}

interface Setting {
  readonly value: number | XlTree;
  readonly isAdded: boolean;
}

export function parseXlText(text: string): XlText {
  try {
    return new Reader(text).read();
  } catch (error) {
    if (error instanceof XlRefusal) return { assignments: [], nested: [], foreign: [], refused: error };
    throw error;
  }
}

class Reader {
  private readonly lexer: Lexer;
  private readonly settings = new Map<string, Setting>();
  private readonly comments: string[] = [];

  constructor(text: string) {
    this.lexer = new Lexer(text);
  }

  read(): XlText {
    for (let token = this.next(); token.kind !== "$end"; token = this.next()) {
      if (token.kind === "NEWLINE" || token.kind === "';'") continue;
      if (token.kind !== "IDENT") throw this.lexer.unexpected(token, "$end or IDENT or NEWLINE or ';'");
      this.readAssignment(token.value);
      const end = this.next();
      if (end.kind === "$end") break;
      if (end.kind !== "NEWLINE" && end.kind !== "';'") throw this.lexer.unexpected(end, "$end");
    }
    return this.said();
  }

  private readAssignment(key: string): void {
    const sign = this.next();
    if (sign.kind !== "'='" && sign.kind !== "+=") throw this.lexer.unexpected(sign, "+= or '='");
    const token = this.next();
    if (!startsValue(token)) throw this.lexer.unexpected(token, "STRING or NUMBER or '['");
    const value = this.readValue(token);
    const before = this.settings.get(key);
    if (sign.kind === "'='" || before === undefined) {
      this.settings.set(key, { value, isAdded: sign.kind === "+=" });
    } else if (Array.isArray(before.value) !== Array.isArray(value)) {
      throw this.lexer.refusal('can\'t add [list] to "string" or vice versa');
    } else {
      const both = Array.isArray(value)
        ? [...(before.value as readonly XlTree[]), ...(value as readonly XlTree[])]
        : `${before.value as string | number}${value as string | number}`;
      this.settings.set(key, { value: both, isAdded: true });
    }
  }

  private readValue(token: Token): number | XlTree {
    if (token.kind === "'['") return this.readList();
    const isDecimal = token.kind === "NUMBER" && isPlainDecimal(token.value);
    return isDecimal ? Number(token.value) : token.value;
  }

  private readList(): readonly XlTree[] {
    const entries: XlTree[] = [];
    for (let token = this.nextOnAnyLine(); token.kind !== "']'"; token = this.nextOnAnyLine()) {
      if (!startsValue(token)) throw this.lexer.unexpected(token, "']'");
      const value = this.readValue(token);
      entries.push(typeof value === "number" ? String(value) : value);
      const behind = this.nextOnAnyLine();
      if (behind.kind === "']'") break;
      if (behind.kind !== "','") throw this.lexer.unexpected(behind, "']'");
    }
    return entries;
  }

  private next(): Token {
    const token = this.lexer.next();
    if (token.kind === "NEWLINE" && token.text.startsWith("#")) this.comments.push(token.text.trimEnd());
    return token;
  }

  private nextOnAnyLine(): Token {
    let token = this.next();
    while (token.kind === "NEWLINE") token = this.next();
    return token;
  }

  private said(): XlText {
    const assignments: XlAssignment[] = [];
    const nested: { key: string; value: XlTree }[] = [];
    for (const [key, { value, isAdded }] of this.settings) {
      if (typeof value === "number" || typeof value === "string" || isFlat(value))
        assignments.push({ key, value, ...(isAdded ? { isAdded } : {}) });
      else nested.push({ key, value });
    }
    return { assignments, nested, foreign: this.comments };
  }
}

function startsValue({ kind }: Token): boolean {
  return kind === "STRING" || kind === "NUMBER" || kind === "'['";
}

function isFlat(list: readonly XlTree[]): list is readonly string[] {
  return list.every((entry) => typeof entry === "string");
}

/** Does a number say the same as this text, to xl and to us? */
export function isPlainDecimal(text: string): boolean {
  return /^(?:0|[1-9][0-9]*)$/.test(text) && Number.isSafeInteger(Number(text));
}

/** A list of several entries takes a line for each, so that a line diff names the one that changed. */
export function renderXlAssignment({ key, value, isAdded }: XlAssignment): string {
  return `${key} ${isAdded === true ? "+=" : "="} ${renderXlValue(value)}`;
}

function renderXlValue(value: XlValue): string {
  // xl's grammar has neither sign nor fraction.
  if (typeof value === "number") return isPlainDecimal(String(value)) ? String(value) : quoted(String(value));
  if (typeof value === "string") return quoted(value);
  if (value.length === 0) return "[ ]";
  if (value.length === 1) return `[ ${quoted(value[0] ?? "")} ]`;
  return `[\n${value.map((entry) => `  ${quoted(entry)},\n`).join("")}]`;
}

export function renderXlTree(value: XlTree): string {
  return typeof value === "string" ? quoted(value) : `[ ${value.map(renderXlTree).join(", ")} ]`;
}
