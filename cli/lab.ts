/**
 * `pulumi-xen lab …`: lab hosts for people.
 */
import { spawn } from "node:child_process";
import { createReadStream, statSync, unwatchFile, watchFile } from "node:fs";
import { atMost, oneOf, runCommand, UsageError } from "./command";
import {
  assertPrograms,
  BOOT_LOADERS,
  checkName,
  ensureFrozen,
  findHost,
  listHosts,
  NETWORKS,
  partsOf,
  SUITES,
  thaw,
  type HostChoice,
  type LabHost,
} from "../lab/host";

const usage = `Usage: pulumi-xen lab COMMAND [--name NAME]

  up [--xen] [--suite SUITE] [--network NETWORK] [--boot LOADER] [--storage]
                         start a host: a plain Debian, or with --xen one that runs Xen
  status                 what runs, where, and how to log in
  ssh [--] [COMMAND …]   log in as root, or run a command there
  console                follow the host's serial console (Ctrl-C ends it)
  reset                  put the host back to its first moment
  down [--all]           switch the host off and remove it

The name is "lab" unless given.
SUITE is bookworm, Debian 12 with Xen 4.17 (the default), trixie, Debian 13 with Xen 4.20, or bullseye, Debian 11 with Xen 4.14.
NETWORK is what runs eth0: ifupdown (the default), ifupdown2, networkd, netplan (over networkd) or network-manager.
LOADER is what boots the host: grub2 (the default), or grub-legacy, GRUB 0.97 on a disk of its own, as CentOS 6 has it.
--storage adds thin pools, iSCSI and NFS (server and client), XFS, and tools that read ISO images.
The first "up" of a kind builds its image (some minutes); later ones take seconds.`;

interface Options extends HostChoice {
  readonly name: string;
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

const withValue = ["--name", "--suite", "--network", "--boot"];

/** @returns the exit code; with `ssh COMMAND` that of the command. */
export function main(args: string[]): Promise<number> {
  // What follows `ssh` belongs to the host: `lab ssh xl --help` asks xl.
  const { own, rest } = splitSsh(args);
  return runCommand(
    {
      name: "pulumi-xen lab",
      usage,
      options: {
        name: { type: "string", default: "lab" },
        suite: { type: "string", default: SUITES[0] },
        network: { type: "string", default: NETWORKS[0] },
        boot: { type: "string", default: BOOT_LOADERS[0] },
        storage: { type: "boolean", default: false },
        xen: { type: "boolean", default: false },
        all: { type: "boolean", default: false },
      },
      run: async (values, words) => {
        const [word] = words;
        const action = word !== undefined && Object.hasOwn(actions, word) ? actions[word] : undefined;
        if (action === undefined) {
          const what = word === undefined ? "a command is missing" : `there is no "${word}"`;
          throw new UsageError(`${what}; there are: ${Object.keys(actions).join(", ")}.`);
        }
        atMost(1, words);
        assertName(values.name);
        return action({
          name: values.name,
          kind: values.xen ? "xen" : "plain",
          suite: oneOf(SUITES, values.suite, "--suite"),
          network: oneOf(NETWORKS, values.network, "--network"),
          boot: oneOf(BOOT_LOADERS, values.boot, "--boot"),
          storage: values.storage,
          isAll: values.all,
          rest,
        });
      },
    },
    own,
  );
}

/** A host's name is also a folder of ours: nothing that leads elsewhere. */
function assertName(name: string): void {
  try {
    checkName(name);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** `ssh --name x -- xl list -l` and `ssh xl list -l`: from the first word after `ssh` that is no option of ours on. */
function splitSsh(args: readonly string[]): { own: string[]; rest: string[] } {
  const action = args.findIndex((arg, at) => !arg.startsWith("-") && !withValue.includes(args[at - 1] ?? ""));
  if (args[action] !== "ssh") return { own: [...args], rest: [] };
  let index = action + 1;
  while (args[index] === "--name" || args[index]?.startsWith("--name=") === true) {
    index += args[index] === "--name" ? 2 : 1;
  }
  const isHelp = args[index] === "--help" || args[index] === "-h";
  const end = isHelp ? index + 1 : index;
  return { own: args.slice(0, end), rest: args.slice(args[end] === "--" ? end + 1 : end) };
}

async function up(options: Options): Promise<number> {
  const running = findHost(options.name);
  if (running?.isRunning() === true) {
    console.log(`The lab host "${options.name}" runs already.`);
    describe(running);
    return 0;
  }
  assertPrograms();
  const startedAt = Date.now();
  const say = (line: string): void => console.log(`${elapsed(startedAt)}  ${line}`);
  const { kind, suite, network, boot, storage } = options;
  const frozen = await ensureFrozen({ kind, suite, network, boot, storage }, say);
  const host = await thaw(frozen, { name: options.name });
  say(`The lab host "${options.name}" runs.`);
  describe(host);
  return 0;
}

function status(): Promise<number> {
  const hosts = listHosts();
  if (hosts.length === 0) console.log("No lab host. Start one with: npx pulumi-xen lab up");
  for (const host of hosts) describe(host);
  return Promise.resolve(0);
}

function describe(host: LabHost): void {
  const system = host.kind === "xen" ? `Xen on Debian ${host.suite}` : `plain Debian ${host.suite}`;
  const parts = partsOf(host);
  const what = parts.length === 0 ? system : `${system} with ${parts.join(" and ")}`;
  console.log(`${host.name}: ${what}, ${host.pid === undefined ? "not running" : `running as process ${host.pid}`}`);
  if (host.pid === undefined) return;
  console.log(`  log in    npx pulumi-xen lab ssh --name ${host.name}`);
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
  const hint = others.length === 0 ? "Start it with: npx pulumi-xen lab up" : `There are: ${others.join(", ")}.`;
  throw new Error(`The lab host "${name}" does not run. ${hint}`);
}

/** "  1:05" */
function elapsed(startedAt: number): string {
  const total = Math.round((Date.now() - startedAt) / 1000);
  return `${Math.floor(total / 60)}:${String(total % 60).padStart(2, "0")}`.padStart(6);
}
