/**
 * Arguments of a kernel's command line as words: what may be written, and how Linux reads a line. Pure.
 *
 * Linux takes double quotes around a value, or around the whole argument (next_arg, lib/cmdline.c), so that it may hold blanks. GRUB legacy
 * passes them on. GRUB 2 takes them off, and puts a pair around the whole argument where it has a blank: `foo="a b"` arrives as
 * `"foo=a b"`; a quote or a backslash inside arrives with a backslash before it, as another text (grub_create_loader_cmdline of 2.06). So neither
 * can be said. A word here is an argument without its quotes: `foo=a b`.
 */

/** A printable character that is itself wherever it goes. */
const PLAIN = String.raw`[!#-&(-\[\]-~]`;
const IN_KEY = String.raw`[!#-&(-<>-\[\]-~]`;

export const KERNEL_ARGUMENT = new RegExp(`^(?:${PLAIN}+|${IN_KEY}+="(?:${PLAIN}| )*"|"${IN_KEY}+=(?:${PLAIN}| )*")$`);

/** `foo="a b"` and `"foo=a b"` are the word `foo=a b`. */
export function kernelWord(argument: string): string {
  if (/^"[^"]*"$/.test(argument)) return argument.slice(1, -1);
  return argument.replace(/^([^="]+)="([^"]*)"$/, "$1=$2");
}

/** Words of a command line, as Linux reads it; `placeholder` is GRUB's and means nothing. */
export function kernelWords(line: string): string[] {
  // A quote that is not closed holds all that follows.
  const found = line.match(/(?:[^\s"]|"[^"]*(?:"|$))+/g) ?? [];
  return found.filter((argument) => argument !== "placeholder").map(kernelWord);
}

/** An argument that Linux reads as this word. */
export function kernelArgument(word: string): string {
  return word.includes(" ") ? word.replace(/^([^=]+)=(.*)$/s, '$1="$2"') : word;
}

/** A module's name may be written with either: `xen-pciback.hide` is `xen_pciback.hide` (parameq, kernel/params.c). */
export function kernelKey(word: string): string {
  return (word.split("=", 1)[0] ?? word).replaceAll("-", "_");
}
