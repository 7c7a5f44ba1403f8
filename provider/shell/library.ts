/**
 * Shell and Python that need no value of ours are files of their own, in a folder `library/` beside the module that uses
 * them: `libraryText(__dirname, "domains.sh")`. `npm run build` copies these folders into dist/ (scripts/copy-libraries.mjs),
 * so a module finds its files from the sources, from dist/ and from an installed package alike.
 *
 * Whole-line comments stay here: a new connection lets 14 kB go in its first flight (remote/jobs). That no file means
 * anything else without them is proven by what bash and Python make of it (test/unit/shell/library.test.ts).
 *
 * The only file of this room that does I/O: it reads what belongs to the package, once, when a module is loaded.
 */
import { readFileSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import { InvariantError } from "../errors";
import { ShellText } from "./sh";

const PROVIDER_FOLDER = resolve(__dirname, "..");
/** Its lines are not the shell's: such a file is sent as it is. */
const HERE_DOCUMENT = /<<-?["'\\A-Za-z_]/;
const NAME = /^[a-z0-9]+(-[a-z0-9]+)*\.(sh|py)$/;

/** @param folder - `__dirname` of the module that asks. A lint rule watches that both arguments are constants. */
export function libraryText(folder: string, name: `${string}.sh`): ShellText;
export function libraryText(folder: string, name: `${string}.py`): string;
export function libraryText(folder: string, name: string): ShellText | string {
  if (!NAME.test(name) || !`${resolve(folder)}${sep}`.startsWith(PROVIDER_FOLDER + sep)) {
    throw new InvariantError(`${join(folder, "library", name)} is no library file of this package.`);
  }
  const text = readFileSync(join(folder, "library", name), "utf8");
  return name.endsWith(".sh")
    ? ShellText.vouchedFor(HERE_DOCUMENT.test(text) ? text : withoutComments(text))
    : withoutComments(text);
}

function withoutComments(text: string): string {
  return text.replaceAll(/^[ \t]*#.*\n/gm, "").replace(/^\n+/, "");
}
