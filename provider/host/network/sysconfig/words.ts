/** Links named as words in lines of `ip`, in hooks and in lists of routes. Pure. */
import { linesOf } from "./ifcfg-file";

/** With another link's name behind the words that name one. */
export function renamedWords(line: string, from: string, to: string): string {
  const escaped = from.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return line.replace(new RegExp(`(?<=(?:^|\\s)(?:dev|iif|oif)\\s+)${escaped}(?=\\s|:|$)`, "g"), to);
}

/** Does a line name the link, as a word? */
export function linesNaming(text: string | undefined, link: string): string[] {
  const escaped = link.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const word = new RegExp(`(?<![\\w.:-])${escaped}(?![\\w-])(?!\\.\\d)`);
  return linesOf(text ?? "").filter((line) => !/^\s*#/.test(line) && word.test(line));
}
