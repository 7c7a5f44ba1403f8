/** What every script of ours may count on: library/preamble.sh says what each function does. */
import { libraryText } from "./library";
import type { ShellText } from "./sh";

export const preamble: ShellText = libraryText(__dirname, "preamble.sh");
