/** Reading /etc/network/interfaces (interfaces(5)) so far as we need it, line by line, as one of its programs does. Pure. */
import type { NetworkFiles } from "../network-files";
import type { Dialect, InterfaceStanza, Syntax } from "./dialect";

export interface InterfacesFile {
  readonly lines: readonly string[];
  readonly stanzas: readonly InterfaceStanza[];
  /** Operands of `source` and `source-directory`, of which a `source-dir` is one. */
  readonly sources: readonly { readonly pattern: string; readonly isDirectory: boolean; readonly line: number }[];
  /** Lines of `auto` or `allow-…`, with the interfaces that they name. */
  readonly started: readonly StartLine[];
  /** Lines by which a link gets another stanza than that of its name, or options of others: `mapping`, `rename`, `template`, `defaults`, `vlan`. */
  readonly renamings: readonly { readonly keyword: string; readonly operands: readonly string[] }[];
  /** Lines behind a keyword's that belong to no "iface": what they mean depends on what was read before. */
  readonly loose: readonly string[];
}

interface StartLine {
  readonly keyword: string;
  readonly interfaces: readonly string[];
  /** Index of its first physical line, and of the one behind its last. */
  readonly begin: number;
  readonly end: number;
}

export function parseInterfaces(
  { keyword: isKeyword, meaningless, startsOne = false }: Syntax,
  text: string,
): InterfacesFile {
  const lines = text.split("\n");
  const stanzas: (Omit<InterfaceStanza, "options" | "end"> & {
    options: InterfaceStanza["options"][number][];
    end: number;
  })[] = [];
  const sources: InterfacesFile["sources"][number][] = [];
  const started: StartLine[] = [];
  const renamings: InterfacesFile["renamings"][number][] = [];
  const loose: string[] = [];
  let isBegun = false;
  let open: (typeof stanzas)[number] | undefined;

  for (let at = 0; at < lines.length; at++) {
    const begin = at;
    let logical = (lines[at] ?? "").trim();
    if (logical === "" || logical.startsWith("#")) continue;
    while (logical.endsWith("\\") && at + 1 < lines.length)
      logical = `${logical.slice(0, -1)} ${(lines[++at] ?? "").trim()}`;
    const [keyword = "", ...rest] = logical.trim().split(/\s+/);
    if (meaningless?.test(keyword) === true) continue;
    if (!isKeyword.test(keyword)) {
      if (open !== undefined) {
        open.options.push({ name: keyword, value: logical.trim().slice(keyword.length).trim() });
        open.end = at + 1;
      } else if (isBegun) loose.push(logical.trim());
      continue;
    }
    open = undefined;
    isBegun = true;
    if (keyword === "iface" || keyword === "interface") {
      open = { ...headOf(rest), options: [], begin, end: at + 1 };
      stanzas.push(open);
    } else if (keyword.startsWith("source")) {
      // It reads the first word and no further (seen with 0.8.41).
      const [pattern] = rest;
      if (pattern !== undefined) sources.push({ pattern, isDirectory: keyword !== "source", line: begin });
    } else if (keyword === "auto" || keyword.startsWith("allow-")) {
      started.push({ keyword, interfaces: startsOne ? rest.slice(0, 1) : rest, begin, end: at + 1 });
    } else if (/^(mapping|rename|template|defaults|vlan)$/.test(keyword)) {
      renamings.push({ keyword, operands: rest });
      // Its options are no link's.
      open = { ...headOf(rest), options: [], begin, end: at + 1 };
    }
  }
  return { lines, stanzas, sources, started, renamings, loose };
}

/** `iface eth0`, also with what is behind it: `inet static inherits eth1`. */
function headOf([name = "", ...rest]: readonly string[]): Pick<
  InterfaceStanza,
  "interface" | "family" | "method" | "inherits"
> {
  const at = rest.indexOf("inherits");
  const hints = at < 0 ? rest : rest.slice(0, at);
  // Not all of them ask for a family.
  const isBare = /^(static|dhcp|manual|auto|loopback|ppp)$/.test(hints[0] ?? "");
  const [family = "inet", method = "manual"] = isBare ? [undefined, hints[0]] : hints;
  return { interface: name, family, method, inherits: at < 0 ? undefined : rest[at + 1] };
}

/** Would a file `name` in /etc/network/interfaces.d be read because of this file? */
export function readsInterfacesD(
  { sourcesAreRelative = false }: Syntax,
  file: InterfacesFile,
  isOurs: (line: number) => boolean,
): boolean {
  return file.sources.some(({ pattern, isDirectory, line }) => {
    if (isOurs(line)) return false;
    const whole = sourcesAreRelative ? pattern.replace(/^interfaces\.d/, "/etc/network/interfaces.d") : pattern;
    const path = whole.replace(/\/+$/, "");
    return isDirectory ? path === "/etc/network/interfaces.d" : path === "/etc/network/interfaces.d/*";
  });
}

export function allStanzas({ syntax }: Dialect, files: NetworkFiles): InterfaceStanza[] {
  return [...files.values()].flatMap((text) => parseInterfaces(syntax, text).stanzas);
}

/** Of a link and its aliases. */
export function stanzasOf(dialect: Dialect, files: NetworkFiles, link: string): InterfaceStanza[] {
  return allStanzas(dialect, files).filter((stanza) => linkOf(stanza.interface) === link);
}

/** The link of an alias: `eth0` of `eth0:1`. */
export function linkOf(name: string): string {
  return name.split(":", 1)[0] ?? name;
}

/** What these files give an interface and its aliases: fixed addresses with prefix lengths in their normal form, and whether it asks for a lease. */
export function configuredAddresses(
  dialect: Dialect,
  files: NetworkFiles,
  name: string,
): { fixed: string[]; isLeased: boolean } {
  const stanzas = stanzasOf(dialect, files, name).filter(
    // One that no line starts is not up.
    ({ interface: link }) => !dialect.aliasesAreLinks || !isAlias(link) || isStarted(dialect, files, link),
  );
  return { fixed: stanzas.flatMap(dialect.fixedAddresses), isLeased: stanzas.some(dialect.isLeased) };
}

/** Does a line bring it up at a boot? */
export function isStarted({ syntax }: Dialect, files: NetworkFiles, name: string): boolean {
  return [...files.values()].some((text) =>
    parseInterfaces(syntax, text).started.some(({ interfaces }) => interfaces.includes(name)),
  );
}

/** `eth0:1`, beside `eth0`. */
export function isAlias(name: string): boolean {
  return linkOf(name) !== name;
}
