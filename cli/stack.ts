/** `pulumi-xen stack …`: preview, up, refresh, destroy, export and import of a stack, with whichever engine there is. */
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import {
  chooseEngine,
  engineLine,
  type EngineWish,
  parseDeploymentFile,
  type StackAction,
  type StackEngine,
  type StackOptions,
  type StackResult,
} from "../lab/engine";

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
  --yes                   do not ask before up and destroy (asked only in a terminal)
`;

const ACTIONS: readonly string[] = ["preview", "up", "refresh", "destroy"] satisfies StackAction[];

/** A mistake in the command line: the message alone is shown. */
class UsageError extends Error {}

/** @returns the exit code: 0 done, 1 the run failed, 2 the command line is wrong, 130 stopped by Ctrl-C. */
export async function main(args: string[]): Promise<number> {
  try {
    return await runCommand(args);
  } catch (error) {
    if (error instanceof UsageError || (error as { code?: string }).code?.startsWith("ERR_PARSE_ARGS") === true) {
      console.error(`${(error as Error).message}\n\n${USAGE}`);
      return 2;
    }
    console.error(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

async function runCommand(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      help: { type: "boolean", short: "h" },
      cwd: { type: "string", default: process.cwd() },
      stack: { type: "string", short: "s", default: "dev" },
      config: { type: "string", short: "c", multiple: true, default: [] },
      "secret-config": { type: "string", multiple: true, default: [] },
      engine: { type: "string", default: "auto" },
      state: { type: "string" },
      parallel: { type: "string" },
      yes: { type: "boolean", short: "y", default: false },
    },
  });
  const [command, file, ...more] = positionals;
  if (values.help === true) {
    console.log(USAGE);
    return 0;
  }
  if (command === undefined) throw new UsageError("stack needs a command.");
  if (more.length > 0 || (file !== undefined && command !== "import"))
    throw new UsageError(`Too many arguments: ${[file, ...more].join(" ")}`);
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
    wish: engineWish(values.engine),
    cwd: values.cwd,
    ...(values.state === undefined ? {} : { stateFile: values.state }),
  });
  console.error(engineLine(engine));
  if (command === "export") {
    console.log(JSON.stringify(await engine.export(options), undefined, 2));
    return 0;
  }
  if (command === "import") {
    const name = file ?? "standard input";
    await engine.import(options, parseDeploymentFile(readFileSync(file ?? 0, "utf8"), name));
    console.error(`The stack ${options.stack} now has the state of ${name}.`);
    return 0;
  }
  if (!ACTIONS.includes(command)) throw new UsageError(`stack has no command ${command}.`);
  const action = command as StackAction;
  if (!values.yes && (action === "up" || action === "destroy") && !(await agreed(engine, action, options))) return 1;
  return act(engine, action, options);
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
    return result.ok ? 0 : stop.signal.aborted ? 130 : 1;
  } finally {
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  }
}

/** In a terminal: shows the plan of an up and asks. Elsewhere nobody could answer. */
async function agreed(engine: StackEngine, action: "up" | "destroy", options: StackOptions): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return true;
  if (action === "up") {
    const { ok, changed } = await engine.preview(options);
    if (!ok) return false;
    if (changed === 0) return true;
  }
  const question = createInterface({ input: process.stdin, output: process.stdout });
  const what = action === "up" ? "Do this?" : `Delete all that the stack ${options.stack} has made?`;
  const answer = await question.question(`${what} [y/N] `);
  question.close();
  return /^y(es)?$/i.test(answer.trim());
}

function pairs(texts: readonly string[], option: string): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf("=");
      if (at < 1) throw new UsageError(`${option} takes KEY=VALUE, not ${text}`);
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
    throw new UsageError(`--parallel takes a whole number from 1 on, not ${text}`);
  return number;
}

function engineWish(text: string): EngineWish {
  if (text === "auto" || text === "pulumi" || text === "practice") return text;
  throw new UsageError(`--engine takes auto, pulumi or practice, not ${text}`);
}
