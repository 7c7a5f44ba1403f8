/**
 * Reading and writing the assignments of which Red Hat's network scripts (initscripts 9.03, sysconfig.txt) and SUSE's wicked make a link, line
 * by line: `KEY="value"`, as the scripts source them. What only a shell could evaluate is marked as such. Pure.
 */

export interface IfcfgLine {
  readonly text: string;
  /** Absent: a comment, an empty line, or shell. */
  readonly assignment?: Assignment;
  /** It is neither an assignment, nor a comment, nor empty. */
  readonly isShell: boolean;
}

interface Assignment {
  readonly key: string;
  /** `undefined`: the shell makes it of something (`"$DEVICE.1"`). */
  readonly value: string | undefined;
  readonly quote: '"' | "'" | "";
  /** What stands before the value's quote, and behind it. */
  readonly before: string;
  readonly behind: string;
}

const ASSIGNMENT =
  /^(?<before>[ \t]*(?:export[ \t]+)?(?<key>[A-Za-z_]\w*)=)(?:"(?<double>(?:[^"\\]|\\.)*)"|'(?<single>[^']*)'|(?<bare>(?!~)[^\s"'\\$`;&|<>()]*))(?<behind>[ \t]*|[ \t]+#.*)$/;

export function parseIfcfg(text: string): IfcfgLine[] {
  return linesOf(text).map((line) => {
    if (/^[ \t]*(#.*)?$/.test(line)) return { text: line, isShell: false };
    const { before, key, double, single, bare, behind } = ASSIGNMENT.exec(line)?.groups ?? {};
    if (key === undefined || before === undefined) return { text: line, isShell: true };
    const quote = double !== undefined ? '"' : single !== undefined ? "'" : "";
    const value = double === undefined ? (single ?? bare ?? "") : /[$`\\]/.test(double) ? undefined : double;
    return { text: line, isShell: false, assignment: { key, value, quote, before, behind: behind ?? "" } };
  });
}

/** Of a text that ends with a newline or does not. */
export function linesOf(text: string): string[] {
  const lines = text.split("\n");
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}

/** What the shell has after the file was sourced: the last one counts. */
export type Settings = ReadonlyMap<string, string>;

export function settingsOf(text: string | undefined): Settings {
  const settings = new Map<string, string>();
  for (const { assignment } of text === undefined ? [] : parseIfcfg(text))
    if (assignment !== undefined) settings.set(assignment.key, assignment.value ?? "");
  return settings;
}

/** The line with another value, in the quotes that it has. */
export function withValue({ text, assignment }: IfcfgLine, value: string): string {
  if (assignment === undefined || assignment.value === value) return text;
  const { before, behind, quote } = assignment;
  const needed = quote === "" && value.includes(" ") ? '"' : quote;
  return `${before}${needed}${value}${needed}${behind}`;
}

export function setting(key: string, value: string | number): string {
  return `${key}=${String(value).includes(" ") ? `"${value}"` : value}`;
}

/** initscripts' own words, `is_false`; a setting that is not there is none of them. */
export function isNo(value: string | undefined): boolean {
  return /^(f|n|no|false|0)$/i.test(value ?? "");
}

/** `24` for `255.255.255.0`. */
export function lengthOf(netmask: string): number | undefined {
  const bits = netmask
    .split(".")
    .map((part) => Number(part).toString(2).padStart(8, "0"))
    .join("");
  return /^1*0*$/.test(bits) && bits.length === 32 ? bits.replaceAll("0", "").length : undefined;
}
