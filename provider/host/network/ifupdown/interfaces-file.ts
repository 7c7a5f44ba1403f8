/** Reading /etc/network/interfaces (interfaces(5)) so far as we need it, line by line. Pure. */
import { normalCidr } from "../addresses";
import type { NetworkFiles } from "../network-files";

export interface InterfaceStanza {
  /** `eth0` */
  readonly interface: string;
  /** `inet` or `inet6` */
  readonly family: string;
  /** `static`, `dhcp`, `manual`, … */
  readonly method: string;
  /** Another stanza that it takes its options from. */
  readonly inherits: string | undefined;
  readonly options: readonly { readonly name: string; readonly value: string }[];
  /** Index of its first physical line, and of the one behind its last option. */
  readonly begin: number;
  readonly end: number;
}

export interface InterfacesFile {
  readonly lines: readonly string[];
  readonly stanzas: readonly InterfaceStanza[];
  /** Operands of `source` and `source-directory`, of which a `source-dir` is one. */
  readonly sources: readonly { readonly pattern: string; readonly isDirectory: boolean; readonly line: number }[];
  /** Lines of `auto` or `allow-…`, with the interfaces that they name. */
  readonly started: readonly StartLine[];
  /** Lines by which a link gets another stanza than that of its name: `mapping`, `rename`, `template`. */
  readonly renamings: readonly { readonly keyword: string; readonly operands: readonly string[] }[];
}

interface StartLine {
  readonly keyword: string;
  readonly interfaces: readonly string[];
  /** Index of its first physical line, and of the one behind its last. */
  readonly begin: number;
  readonly end: number;
}

const KEYWORD =
  /^(iface|mapping|auto|allow-\S+|no-auto-down|no-scripts|rename|source|source-dir|source-directory|template)$/;

export function parseInterfaces(text: string): InterfacesFile {
  const lines = text.split("\n");
  const stanzas: (Omit<InterfaceStanza, "options" | "end"> & {
    options: InterfaceStanza["options"][number][];
    end: number;
  })[] = [];
  const sources: InterfacesFile["sources"][number][] = [];
  const started: StartLine[] = [];
  const renamings: InterfacesFile["renamings"][number][] = [];
  let open: (typeof stanzas)[number] | undefined;

  for (let at = 0; at < lines.length; at++) {
    const begin = at;
    let logical = (lines[at] ?? "").trim();
    if (logical === "" || logical.startsWith("#")) continue;
    while (logical.endsWith("\\") && at + 1 < lines.length)
      logical = `${logical.slice(0, -1)} ${(lines[++at] ?? "").trim()}`;
    const [keyword = "", ...rest] = logical.trim().split(/\s+/);
    if (!KEYWORD.test(keyword)) {
      if (open !== undefined) {
        open.options.push({ name: keyword, value: logical.trim().slice(keyword.length).trim() });
        open.end = at + 1;
      }
      continue;
    }
    open = undefined;
    if (keyword === "iface") {
      const [name = "", family = "inet", method = "manual"] = rest;
      const inherits = rest[3] === "inherits" ? rest[4] : undefined;
      open = { interface: name, family, method, inherits, options: [], begin, end: at + 1 };
      stanzas.push(open);
    } else if (keyword.startsWith("source")) {
      // It reads the first word and no further (seen with 0.8.41).
      const [pattern] = rest;
      if (pattern !== undefined) sources.push({ pattern, isDirectory: keyword !== "source", line: begin });
    } else if (keyword === "auto" || keyword.startsWith("allow-")) {
      started.push({ keyword, interfaces: rest, begin, end: at + 1 });
    } else if (/^(mapping|rename|template)$/.test(keyword)) {
      renamings.push({ keyword, operands: rest });
    }
  }
  return { lines, stanzas, sources, started, renamings };
}

/** Would a file `name` in /etc/network/interfaces.d be read because of this file? */
export function readsInterfacesD(file: InterfacesFile, isOurs: (line: number) => boolean): boolean {
  return file.sources.some(({ pattern, isDirectory, line }) => {
    if (isOurs(line)) return false;
    const path = pattern.replace(/^interfaces\.d/, "/etc/network/interfaces.d").replace(/\/+$/, "");
    return isDirectory ? path === "/etc/network/interfaces.d" : path === "/etc/network/interfaces.d/*";
  });
}

export function allStanzas(files: NetworkFiles): InterfaceStanza[] {
  return [...files.values()].flatMap((text) => parseInterfaces(text).stanzas);
}

/** Of a link and its aliases. */
export function stanzasOf(files: NetworkFiles, link: string): InterfaceStanza[] {
  return allStanzas(files).filter((stanza) => linkOf(stanza.interface) === link);
}

/** The link of an alias: `eth0` of `eth0:1`. */
export function linkOf(name: string): string {
  return name.split(":", 1)[0] ?? name;
}

/** What these files give an interface and its aliases: fixed addresses with prefix lengths in their normal form, and whether it asks for a lease. */
export function configuredAddresses(files: NetworkFiles, name: string): { fixed: string[]; isLeased: boolean } {
  const stanzas = stanzasOf(files, name);
  return { fixed: fixedAddresses(stanzas), isLeased: stanzas.some(({ method }) => method === "dhcp") };
}

/** `eth0:1`, beside `eth0`. */
export function isAlias(name: string): boolean {
  return linkOf(name) !== name;
}

/** The addresses that are written in these stanzas, with prefix lengths in their normal form. */
export function fixedAddresses(stanzas: readonly InterfaceStanza[]): string[] {
  return stanzas.flatMap(({ method, options }) => {
    const option = (key: string): string | undefined => options.find((candidate) => candidate.name === key)?.value;
    const address = option("address");
    if (method !== "static" || address === undefined) return [];
    if (address.includes("/")) return [normalCidr(address)];
    const length = prefixLength(option("netmask"));
    return length === undefined ? [] : [normalCidr(`${address}/${length}`)];
  });
}

/** `255.255.255.0` or `24`, as interfaces(5) takes both. */
function prefixLength(netmask: string | undefined): number | undefined {
  if (netmask === undefined) return undefined;
  if (/^\d+$/.test(netmask)) return Number(netmask);
  const bits = netmask
    .split(".")
    .map((part) => Number(part).toString(2).padStart(8, "0"))
    .join("");
  return /^1*0*$/.test(bits) && bits.length === 32 ? bits.replaceAll("0", "").length : undefined;
}
