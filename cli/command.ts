/**
 * What every command of `pulumi-xen` does alike: options, help, the sentence for a wrong call, and exit codes.
 *
 *   0  done      1  failed      2  the command line is wrong, nothing was done      130  stopped by Ctrl-C
 */
import { parseArgs, type ParseArgsOptionsConfig } from "node:util";

export const DONE = 0;
export const FAILED = 1;
export const WRONG_CALL = 2;
export const STOPPED = 130;

/** A mistake in the command line: its message is shown with a hint to `--help`, and the exit code is 2. */
export class UsageError extends Error {}

type Parsed<O extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ args: string[]; allowPositionals: true; options: O }>
>;

export interface Command<O extends ParseArgsOptionsConfig> {
  /** As it is typed: `pulumi-xen stack`. */
  readonly name: string;
  /** What `--help` prints. */
  readonly usage: string;
  readonly options: O;
  /** @returns the exit code. What it throws is shown by its message alone. */
  readonly run: (values: Parsed<O>["values"], words: readonly string[]) => Promise<number>;
}

/** Runs `command` as called with `args`. Never throws. @returns the exit code. */
export async function runCommand<O extends ParseArgsOptionsConfig>(
  command: Command<O>,
  args: readonly string[],
): Promise<number> {
  // Help wins over everything else in the line, so that it can be added to a call that was refused.
  if (helpIsAsked(args)) {
    console.log(command.usage);
    return DONE;
  }
  try {
    const { values, positionals } = parse(command, args);
    return await command.run(values, positionals);
  } catch (error) {
    return told(error, command.name);
  }
}

/** Shows an error on standard error. @returns the exit code for it. */
export function told(error: unknown, name: string): number {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof UsageError)) {
    console.error(`${name}: ${message}`);
    return FAILED;
  }
  console.error(`${name}: ${message} (See ${name} --help.)`);
  return WRONG_CALL;
}

function helpIsAsked(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return args.slice(0, end === -1 ? undefined : end).some((arg) => arg === "--help" || arg === "-h");
}

/** @throws UsageError that names what is allowed. */
export function oneOf<T extends string>(allowed: readonly T[], text: string, option: string): T {
  const found = allowed.find((value) => value === text);
  if (found === undefined) throw new UsageError(`${option} is "${text}", must be ${listed(allowed)}.`);
  return found;
}

/** `a, b or c` */
function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1) ?? ""}`;
}

/** @throws UsageError when there are more words than the command takes. */
export function atMost(count: number, words: readonly string[]): void {
  const extra = words[count];
  if (extra !== undefined) throw new UsageError(`"${extra}" is one word too many.`);
}

function parse<O extends ParseArgsOptionsConfig>(command: Command<O>, args: readonly string[]): Parsed<O> {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: command.options });
  } catch (error) {
    const { code = "", message = "" } = error as { code?: string; message?: string };
    if (!code.startsWith("ERR_PARSE_ARGS")) throw error;
    // Node's second sentence explains how to pass a word that begins with "-": none of our commands takes one.
    const [first = message] = message.split(/\. To |\n/);
    const known = Object.keys(command.options).map((name) => `--${name}`);
    const hint = code === "ERR_PARSE_ARGS_UNKNOWN_OPTION" ? `; there are: ${known.join(", ")}` : "";
    throw new UsageError(`${first.replace(/\.$/, "")}${hint}.`);
  }
}
