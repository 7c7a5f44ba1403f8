/** Reading /etc/network/interfaces (interfaces(5)) so far as we need it, line by line. Pure. */
import { normalCidr } from "./addresses";

/** Paths and texts of /etc/network/interfaces and all files that it reads. */
export type NetworkFiles = ReadonlyMap<string, string>;

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
  /** Operands of `source` and `source-directory`. */
  readonly sources: readonly { readonly pattern: string; readonly isDirectory: boolean; readonly line: number }[];
  /** Interfaces that `auto` or `allow-…` names. */
  readonly started: readonly { readonly interface: string; readonly keyword: string }[];
}

const KEYWORD = /^(iface|mapping|auto|allow-\S+|no-auto-down|no-scripts|rename|source|source-directory|template)$/;

export function parseInterfaces(text: string): InterfacesFile {
  const lines = text.split("\n");
  const stanzas: (Omit<InterfaceStanza, "options" | "end"> & {
    options: InterfaceStanza["options"][number][];
    end: number;
  })[] = [];
  const sources: InterfacesFile["sources"][number][] = [];
  const started: InterfacesFile["started"][number][] = [];
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
    } else if (keyword === "source" || keyword === "source-directory") {
      sources.push(...rest.map((pattern) => ({ pattern, isDirectory: keyword === "source-directory", line: begin })));
    } else if (keyword === "auto" || keyword.startsWith("allow-")) {
      started.push(...rest.map((name) => ({ interface: name, keyword })));
    }
  }
  return { lines, stanzas, sources, started };
}

/** Would a file `name` in /etc/network/interfaces.d be read because of this file? */
export function readsInterfacesD(file: InterfacesFile, isOurs: (line: number) => boolean): boolean {
  return file.sources.some(({ pattern, isDirectory, line }) => {
    if (isOurs(line)) return false;
    const path = pattern.replace(/^interfaces\.d/, "/etc/network/interfaces.d").replace(/\/+$/, "");
    return isDirectory ? path === "/etc/network/interfaces.d" : path === "/etc/network/interfaces.d/*";
  });
}

/** What these files give an interface: fixed addresses with prefix lengths in their normal form, and whether it asks for a lease. */
export function configuredAddresses(files: NetworkFiles, name: string): { fixed: string[]; isLeased: boolean } {
  const stanzas = [...files.values()]
    .flatMap((text) => parseInterfaces(text).stanzas)
    .filter((stanza) => stanza.interface === name);
  const fixed = stanzas.flatMap(({ method, options }) => {
    const option = (key: string): string | undefined => options.find((candidate) => candidate.name === key)?.value;
    const address = option("address");
    if (method !== "static" || address === undefined) return [];
    if (address.includes("/")) return [normalCidr(address)];
    const length = prefixLength(option("netmask"));
    return length === undefined ? [] : [normalCidr(`${address}/${length}`)];
  });
  return { fixed, isLeased: stanzas.some(({ method }) => method === "dhcp") };
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
