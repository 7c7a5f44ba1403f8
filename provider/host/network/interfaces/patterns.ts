/** Names in files of interfaces(5) that stand for several links. Pure. */
import type { NetworkFiles } from "../network-files";
import type { Syntax } from "./dialect";
import { linkOf, parseInterfaces } from "./interfaces-file";

/** Does a pattern, such as `eth*`, `/eth*` or `eth[0-3]`, stand for the link? When in doubt it does. */
export function isPattern(pattern: string, port: string): boolean {
  const bare = pattern.replace(/^[/-]+/, "");
  if (!/[*?[/]/.test(bare)) return bare === port;
  if (/[[/]/.test(bare)) return true;
  const text = bare
    .replace(/[.+^${}()|\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${text}$`).test(port);
}

/** Stanzas that are the port's and others' too. Whole sentences with their remedy. */
export function sharedStanzaFaults(syntax: Syntax, files: NetworkFiles, port: string): string[] {
  return [...files].flatMap(([path, text]) =>
    parseInterfaces(syntax, text)
      .stanzas.map((stanza) => stanza.interface)
      .filter((name) => linkOf(name) !== port && isPattern(name, port))
      .map(
        (name) => `"iface ${name}" in ${path} stands for ${port} too, whose lines would move. Write "iface ${port}".`,
      ),
  );
}
