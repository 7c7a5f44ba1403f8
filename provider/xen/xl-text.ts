/**
 * The text form of xl.cfg(5): assignments of numbers, strings and flat lists of strings.
 *
 * Written is the common subset that xl reads and that xm, which ran the file as Python, read too: double quotes,
 * backslash escapes, no expressions. Read on Xen 4.17 with `xl create -n`: `\"`, `\\` and `\'` mean the character.
 */

export type XlValue = string | number | readonly string[];

/** One line of a configuration that assigns: `memory = 512`. */
export interface XlAssignment {
  readonly key: string;
  readonly value: XlValue;
}

function renderXlValue(value: XlValue): string {
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return renderXlString(value);
  if (value.length === 0) return "[ ]";
  if (value.length === 1) return `[ ${renderXlString(value[0] ?? "")} ]`;
  return `[\n${value.map((entry) => `  ${renderXlString(entry)},\n`).join("")}]`;
}

/** One assignment; a list of several entries takes a line for each, so that a line diff names the one that changed. */
export function renderXlAssignment({ key, value }: XlAssignment): string {
  return `${key} = ${renderXlValue(value)}`;
}

function renderXlString(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/** What a configuration's text says: assignments, and everything else line by line, so that nothing is lost. */
export interface XlText {
  readonly assignments: readonly XlAssignment[];
  /** Comments and whatever we cannot read, in order. */
  readonly foreign: readonly string[];
}

export function parseXlText(text: string): XlText {
  const assignments: XlAssignment[] = [];
  const foreign: string[] = [];
  let rest = text;
  while (rest.length > 0) {
    const blank = /^[ \t\r]*(?:\n|$|;)/.exec(rest);
    if (blank !== null && blank[0].length > 0) {
      rest = rest.slice(blank[0].length);
      continue;
    }
    const read = readAssignment(rest);
    if (read !== undefined) {
      assignments.push(read.assignment);
      rest = rest.slice(read.length);
      continue;
    }
    const end = rest.indexOf("\n");
    foreign.push((end < 0 ? rest : rest.slice(0, end)).trimEnd());
    rest = end < 0 ? "" : rest.slice(end + 1);
  }
  return { assignments, foreign };
}

const STRING = /^(?:"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)')/;
const SPACE = /^(?:[ \t\r\n]|#[^\n]*\n)*/;
/** What may follow a value on its line: nothing, a comment, or `;` and the next assignment. */
const END = /^[ \t\r]*(?:#[^\n]*)?(?:\n|;|$)/;

function readAssignment(text: string): { assignment: XlAssignment; length: number } | undefined {
  const head = /^[ \t]*([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*/.exec(text);
  if (head === null) return undefined;
  const value = readValue(text.slice(head[0].length));
  if (value === undefined) return undefined;
  const end = END.exec(text.slice(head[0].length + value.length));
  if (end === null) return undefined;
  return {
    assignment: { key: head[1] ?? "", value: value.value },
    length: head[0].length + value.length + end[0].length,
  };
}

function readValue(text: string): { value: XlValue; length: number } | undefined {
  const number = /^\d+(?![\w.])/.exec(text);
  if (number !== null) return { value: Number(number[0]), length: number[0].length };
  const string = STRING.exec(text);
  if (string !== null) return { value: unescaped(string), length: string[0].length };
  return text.startsWith("[") ? readList(text) : undefined;
}

function readList(text: string): { value: readonly string[]; length: number } | undefined {
  const entries: string[] = [];
  let at = 1;
  const skip = (): void => {
    at += SPACE.exec(text.slice(at))?.[0].length ?? 0;
  };
  skip();
  while (text[at] !== "]") {
    const entry = STRING.exec(text.slice(at));
    if (entry === null) return undefined;
    entries.push(unescaped(entry));
    at += entry[0].length;
    skip();
    if (text[at] === ",") at += 1;
    else if (text[at] !== "]") return undefined;
    skip();
  }
  return { value: entries, length: at + 1 };
}

function unescaped(match: RegExpExecArray): string {
  return (match[1] ?? match[2] ?? "").replaceAll(/\\(.)/g, "$1");
}
