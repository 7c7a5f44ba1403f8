/** `pulumi-xen stack …`: preview, up, refresh, destroy, export and import of a stack, with whichever engine there is. */
import { existsSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import {
  chooseEngine,
  engineLine,
  parseDeploymentFile,
  type StackAction,
  type StackEngine,
  type StackOptions,
  type StackResult,
} from "../lab/engine";
import { atMost, DONE, FAILED, oneOf, runCommand, STOPPED, UsageError } from "./command";

const USAGE = `Usage: pulumi-xen stack preview|up|refresh|destroy|export|import [OPTIONS]

  preview   shows what up would do
  up        brings the stack to what the program says
  refresh   takes over into the state what is really there
  destroy   deletes what the stack has made
  export    prints the state (secrets stay encrypted); pulumi stack import reads it
  import    reads a state from a file or from standard input: import [FILE]

  --cwd DIR               a folder of the project (default: here)
  --stack NAME            default: dev
  --config KEY=VALUE      a configuration value for this run; may be repeated
  --secret-config KEY=VALUE   the same, as a secret; KEY=- reads the value from standard input
  --engine auto|pulumi|practice   default auto: a real pulumi wherever there is one
  --state FILE            state file of the practice engine
  --parallel N            operations at the same time (default 8)
  --yes                   do not ask before up and destroy; needed where there is no terminal to ask on`;

const COMMANDS = ["preview", "up", "refresh", "destroy", "export", "import"] as const;

/** @returns the exit code. */
export function main(args: string[]): Promise<number> {
  return runCommand({ name: "pulumi-xen stack", usage: USAGE, options: OPTIONS, run }, args);
}

const OPTIONS = {
  cwd: { type: "string", default: process.cwd() },
  stack: { type: "string", short: "s", default: "dev" },
  config: { type: "string", short: "c", multiple: true, default: [] as string[] },
  "secret-config": { type: "string", multiple: true, default: [] as string[] },
  engine: { type: "string", default: "auto" },
  state: { type: "string" },
  parallel: { type: "string" },
  yes: { type: "boolean", short: "y", default: false },
} as const;

interface Values {
  readonly cwd: string;
  readonly stack: string;
  readonly config: readonly string[];
  readonly "secret-config": readonly string[];
  readonly engine: string;
  readonly state?: string | undefined;
  readonly parallel?: string | undefined;
  readonly yes: boolean;
}

async function run(values: Values, words: readonly string[]): Promise<number> {
  const [word, file] = words;
  if (word === undefined) throw new UsageError(`a command is missing; there are: ${COMMANDS.join(", ")}.`);
  const command = COMMANDS.find((known) => known === word);
  if (command === undefined) throw new UsageError(`there is no "${word}"; there are: ${COMMANDS.join(", ")}.`);
  atMost(command === "import" ? 2 : 1, words);
  const mayAsk = process.stdin.isTTY && process.stdout.isTTY;
  if ((command === "up" || command === "destroy") && !values.yes && !mayAsk) {
    throw new UsageError(
      `${command} needs --yes here, since there is no terminal to ask on; nothing was done. ` +
        (command === "up" ? "What up would do, stack preview shows." : "What it has made, stack export shows."),
    );
  }
  const options: StackOptions = {
    cwd: values.cwd,
    stack: values.stack,
    config: pairs(values.config, "--config"),
    secretConfig: pairs(values["secret-config"], "--secret-config"),
    ...(values.parallel === undefined ? {} : { parallel: positive(values.parallel) }),
    show: (text) => process.stdout.write(text),
    colours: process.stdout.isTTY && process.env["NO_COLOR"] === undefined,
  };
  const engine = await chooseEngine({
    engine: oneOf(["auto", "pulumi", "practice"], values.engine, "--engine"),
    cwd: values.cwd,
    ...(values.state === undefined ? {} : { stateFile: values.state }),
  });
  console.error(engineLine(engine));
  switch (command) {
    case "export":
      console.log(JSON.stringify(await engine.export(options), undefined, 2));
      return DONE;
    case "import": {
      const name = file ?? "standard input";
      await engine.import(options, parseDeploymentFile(readText(file), name));
      console.error(`The stack ${options.stack} now has the state of ${name}.`);
      return DONE;
    }
    case "preview":
    case "refresh":
      return act(engine, command, options);
    case "up":
    case "destroy":
      if (!values.yes && !(await agreed(engine, command, options))) return FAILED;
      return act(engine, command, options);
  }
}

/** Runs it with Ctrl-C heeded: the first lets what is under way finish, the second ends our processes at once. */
async function act(engine: StackEngine, action: StackAction, options: StackOptions): Promise<number> {
  const stop = new AbortController();
  const kill = new AbortController();
  const onSignal = (): void => {
    if (stop.signal.aborted) kill.abort();
    else stop.abort();
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  try {
    const result: StackResult = await engine[action]({ ...options, stop: stop.signal, kill: kill.signal });
    return result.ok ? DONE : stop.signal.aborted ? STOPPED : FAILED;
  } finally {
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  }
}

/** Shows what would happen, and asks. Only in a terminal. */
async function agreed(engine: StackEngine, action: "up" | "destroy", options: StackOptions): Promise<boolean> {
  if (action === "up") {
    const { ok, changed } = await engine.preview(options);
    if (!ok) return false;
    if (changed === 0) return true;
  } else {
    const names = (await engine.export(options)).deployment.resources?.flatMap(({ urn, type }) =>
      type.startsWith("pulumi:") ? [] : [`  ${type.split(/[:/]/).at(-1) ?? ""} ${urn.split("::").at(-1) ?? ""}`],
    );
    if (names === undefined || names.length === 0) return true;
    console.log(`The stack ${options.stack} has made:\n${names.join("\n")}`);
  }
  const question = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await question.question(`${action === "up" ? "Do this?" : "Delete all of it?"} [y/N] `);
  question.close();
  const isAgreed = /^y(es)?$/i.test(answer.trim());
  if (!isAgreed) console.error("Nothing was done.");
  return isAgreed;
}

function readText(file: string | undefined): string {
  if (file !== undefined && !existsSync(file)) throw new UsageError(`the file ${file} is not there.`);
  return readFileSync(file ?? 0, "utf8");
}

function pairs(texts: readonly string[], option: string): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf("=");
      if (at < 1) throw new UsageError(`${option} is ${text}, must be KEY=VALUE.`);
      const value = text.slice(at + 1);
      return [
        text.slice(0, at),
        value === "-" && option === "--secret-config" ? readFileSync(0, "utf8").trimEnd() : value,
      ];
    }),
  );
}

function positive(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new UsageError(`--parallel is ${text}, must be a whole number from 1 on.`);
  return number;
}
