/**
 * `pulumi-xen lab …`: lab hosts for people.
 */
import { spawn } from "node:child_process";
import { createReadStream, statSync, unwatchFile, watchFile } from "node:fs";
import { parseArgs } from "node:util";

import { ensureFrozen, findHost, listHosts, thaw, type LabHost, type Suite } from "../lab/host";

const usage = `Usage: pulumi-xen lab COMMAND [--name NAME]

  up [--xen] [--suite bookworm|trixie]   start a host: a plain Debian, or with --xen one that runs Xen
  status                                 what runs, where, and how to log in
  ssh [--] [COMMAND …]                   log in as root, or run a command there
  console                                follow the host's serial console (Ctrl-C ends it)
  reset                                  put the host back to its first moment
  down [--all]                           switch the host off and remove it

The name is "lab" unless given. suite: bookworm is Debian 12 with Xen 4.17 (the default), trixie Debian 13 with Xen 4.20.
The first "up" of a kind builds its image (some minutes); later ones take seconds.`;

/** A fault in how the command was called. */
class UsageError extends Error {}

interface Options {
  readonly name: string;
  readonly isXen: boolean;
  readonly suite: Suite;
  readonly isAll: boolean;
  /** What follows the command. */
  readonly rest: readonly string[];
}

const actions: Readonly<Record<string, (options: Options) => Promise<number>>> = {
  up,
  status,
  ssh,
  console: followConsole,
  reset,
  down,
};

/** @returns the exit code: 2 for a wrong call, 1 for a failure, else 0; with `ssh COMMAND` that of the command. */
export async function main(args: string[]): Promise<number> {
  // What follows `ssh` belongs to the host: `lab ssh xl --help` asks xl.
  const own = args.includes("ssh") ? splitSsh(args).own : args;
  if (args.length === 0 || own.some((arg) => arg === "--help" || arg === "-h")) {
    console.log(usage);
    return args.length === 0 ? 2 : 0;
  }
  try {
    const { action, options } = parse(args);
    return await action(options);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`pulumi-xen lab: ${error.message} (See pulumi-xen lab --help.)`);
    return 2;
  }
}

function parse(args: readonly string[]): { action: (options: Options) => Promise<number>; options: Options } {
  // Options stand before and after the action's name, up to the command for `ssh`, whose own options are not ours.
  const name = args.find(
    (arg, index) => !arg.startsWith("-") && !["--name", "--suite"].includes(args[index - 1] ?? ""),
  );
  const action = name !== undefined && Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (name === undefined || action === undefined) {
    throw new UsageError(`there is no "${name ?? ""}"; there are: ${Object.keys(actions).join(", ")}.`);
  }
  const { own, rest } = name === "ssh" ? splitSsh(args) : { own: [...args], rest: [] };
  try {
    const { values, positionals } = parseArgs({
      args: own,
      allowPositionals: true,
      options: {
        name: { type: "string", default: "lab" },
        suite: { type: "string", default: "bookworm" },
        xen: { type: "boolean", default: false },
        all: { type: "boolean", default: false },
      },
    });
    if (positionals.length > 1) throw new UsageError(`"${positionals[1] ?? ""}" is one word too many.`);
    return {
      action,
      options: { name: values.name, isXen: values.xen, suite: suite(values.suite), isAll: values.all, rest },
    };
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** `ssh --name x -- xl list -l` and `ssh xl list -l`: from the first word after `ssh` that is no option of ours on. */
function splitSsh(args: readonly string[]): { own: string[]; rest: string[] } {
  let index = args.indexOf("ssh") + 1;
  while (args[index] === "--name") index += 2;
  while (args[index]?.startsWith("--name=") === true) index += 1;
  return { own: args.slice(0, index), rest: args.slice(args[index] === "--" ? index + 1 : index) };
}

function suite(text: string): Suite {
  if (text === "bookworm" || text === "trixie") return text;
  throw new UsageError(`--suite is "${text}", must be bookworm or trixie.`);
}

async function up(options: Options): Promise<number> {
  const running = findHost(options.name);
  if (running?.isRunning() === true) {
    console.log(`The lab host "${options.name}" runs already.`);
    describe(running);
    return 0;
  }
  const startedAt = Date.now();
  const say = (line: string): void => console.log(`${elapsed(startedAt)}  ${line}`);
  const frozen = await ensureFrozen({ kind: options.isXen ? "xen" : "plain", suite: options.suite }, say);
  const host = await thaw(frozen, { name: options.name });
  say(`The lab host "${options.name}" runs.`);
  describe(host);
  return 0;
}

function status(): Promise<number> {
  const hosts = listHosts();
  if (hosts.length === 0) console.log("No lab host. Start one with: pulumi-xen lab up");
  for (const host of hosts) describe(host);
  return Promise.resolve(0);
}

function describe(host: LabHost): void {
  const what = host.kind === "xen" ? `Xen on Debian ${host.suite}` : `plain Debian ${host.suite}`;
  console.log(`${host.name}: ${what}, ${host.pid === undefined ? "not running" : `running as process ${host.pid}`}`);
  if (host.pid === undefined) return;
  console.log(`  log in    pulumi-xen lab ssh --name ${host.name}`);
  console.log(`  or        ssh -i ${host.privateKeyFile} -p ${host.sshPort} root@127.0.0.1`);
  console.log(`  host key  ${host.hostKey}`);
  console.log(`  console   ${host.consoleLog}`);
  for (const forward of host.forwards) {
    console.log(`  port      127.0.0.1:${forward.hostPort} -> ${forward.guestAddress ?? "host"}:${forward.guestPort}`);
  }
}

function ssh(options: Options): Promise<number> {
  const [command = "ssh", ...args] = existing(options.name).sshCommand;
  // ssh joins the words with spaces for the remote shell, as it does for everybody.
  const child = spawn(command, [...args, ...options.rest], { stdio: "inherit" });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => resolve(code ?? 1));
  });
}

function followConsole(options: Options): Promise<number> {
  const { consoleLog } = existing(options.name);
  let offset = 0;
  const copyNew = (): void => {
    const { size } = statSync(consoleLog);
    if (size < offset) offset = 0; // a reset begins a new log
    if (size === offset) return;
    createReadStream(consoleLog, { start: offset, end: size - 1 }).pipe(process.stdout, { end: false });
    offset = size;
  };
  copyNew();
  watchFile(consoleLog, { interval: 300 }, copyNew);
  return new Promise((resolve) => {
    process.once("SIGINT", () => {
      unwatchFile(consoleLog);
      resolve(0);
    });
  });
}

async function reset(options: Options): Promise<number> {
  const startedAt = Date.now();
  await existing(options.name).reset();
  console.log(`${elapsed(startedAt)}  The lab host "${options.name}" is back at its first moment.`);
  return 0;
}

async function down(options: Options): Promise<number> {
  const hosts = options.isAll ? listHosts() : [findHost(options.name)].filter((host) => host !== undefined);
  for (const host of hosts) {
    await host.stop();
    console.log(`The lab host "${host.name}" is off and removed.`);
  }
  if (hosts.length === 0) console.log(options.isAll ? "No lab host." : `There is no lab host "${options.name}".`);
  return 0;
}

function existing(name: string): LabHost {
  const host = findHost(name);
  if (host?.isRunning() === true) return host;
  const others = listHosts()
    .filter((other) => other.isRunning())
    .map((other) => other.name);
  const hint = others.length === 0 ? "Start it with: pulumi-xen lab up" : `There are: ${others.join(", ")}.`;
  throw new Error(`The lab host "${name}" does not run. ${hint}`);
}

/** "  1:05" */
function elapsed(startedAt: number): string {
  const total = Math.round((Date.now() - startedAt) / 1000);
  return `${Math.floor(total / 60)}:${String(total % 60).padStart(2, "0")}`.padStart(6);
}
