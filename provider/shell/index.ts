/** HOW it is said to a host: quoting, steps with their effect, questions. Pure, but for library.ts. */
export { libraryText } from "./library";
export { inPlainWords, missingProgram } from "./plain-words";
export { preamble } from "./preamble";
export { PYTHONS, anyPython } from "./python";
export { Answer, type Question, saidIn } from "./question";
export { ShellText, lines, quote, sh } from "./sh";
export type { HostSection, Job, JobFile, Step } from "./step";
