/**
 * The real CLI behind the same face: a backend of files and a PULUMI_HOME of our own, so that neither the user's stacks
 * nor the project's folder are touched.
 */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { DeploymentFile } from "./deployment-format";
import { parseDeploymentFile } from "./deployment-format";
import { readEventLog } from "./event-log";
import { findPassphrase } from "./passphrase";
import { assertName, readProject } from "./project";
import { type PulumiCommand, type Ran, run } from "./pulumi-command";
import { loadSdk } from "./sdk";
import type { StackAction, StackEngine, StackOptions, StackResult } from "./stack-engine";
import { assertTypeScript } from "./typescript-version";

export interface PulumiEngineOptions {
  readonly command: PulumiCommand;
  /** Holds backend, PULUMI_HOME and configuration; default `${XDG_STATE_HOME:-~/.local/state}/pulumi-xen/pulumi`. */
  readonly home?: string;
}

export function pulumiEngine({ command, home = defaultHome() }: PulumiEngineOptions): StackEngine {
  const act = (action: StackAction) => async (options: StackOptions) =>
    runAction(action, await openStack(command, home, options), options);
  return {
    name: "pulumi",
    version: command.version,
    why: command.where,
    preview: act("preview"),
    up: act("up"),
    refresh: act("refresh"),
    destroy: act("destroy"),
    export: async (options) => {
      const { pulumi } = await openStack(command, home, options);
      const { stdout } = mustWork(await pulumi(["stack", "export", "--stack", options.stack]), "stack export");
      return parseDeploymentFile(stdout, "What pulumi stack export wrote");
    },
    import: async (options, file: DeploymentFile) => {
      const { pulumi } = await openStack(command, home, options);
      mustWork(
        await pulumi(["stack", "import", "--stack", options.stack], { input: JSON.stringify(file) }),
        "stack import",
      );
    },
  };
}

type Pulumi = (args: readonly string[], extra?: Partial<Parameters<typeof run>[2]>) => Promise<Ran>;

interface OpenedStack {
  readonly pulumi: Pulumi;
  /** The stack's configuration as this run has it: a copy, so that the project's own file stays as it is. */
  readonly configFile: string;
}

async function openStack(command: PulumiCommand, home: string, options: StackOptions): Promise<OpenedStack> {
  const sdk = loadSdk(options.cwd);
  const project = readProject(options.cwd, sdk.parseYaml);
  assertName(options.stack, "The name of the stack");
  assertTypeScript(project);
  const folder = join(home, "projects", project.name);
  for (const path of [join(home, "backend"), join(home, "home"), folder])
    mkdirSync(path, { recursive: true, mode: 0o700 });
  // A `stack init` writes its salt beside the Pulumi.yaml it finds: it finds this one.
  writeFileSync(join(folder, "Pulumi.yaml"), `name: ${JSON.stringify(project.name)}\nruntime: nodejs\n`);
  const configFile = join(folder, `Pulumi.${options.stack}.yaml`);
  const env = {
    ...process.env,
    PATH: command.path,
    PULUMI_HOME: join(home, "home"),
    PULUMI_BACKEND_URL: `file://${join(home, "backend")}`,
    PULUMI_CONFIG_PASSPHRASE: findPassphrase(join(folder, `${options.stack}.json`)).text,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    // Offers --event-log.
    PULUMI_DEBUG_COMMANDS: "true",
  };
  const pulumi: Pulumi = (args, extra = {}) =>
    run(command.binary, [...args, "--non-interactive"], { cwd: project.folder, env, ...extra });
  const own = join(project.folder, `Pulumi.${options.stack}.yaml`);
  if (existsSync(own)) copyFileSync(own, configFile);
  if (!existsSync(join(home, "backend", ".pulumi", "stacks", project.name, `${options.stack}.json`))) {
    mustWork(await pulumi(["stack", "init", "--stack", options.stack, "-C", folder]), "stack init");
  }
  const set = async (values: Readonly<Record<string, string>> = {}, secret: boolean): Promise<void> => {
    for (const [key, value] of Object.entries(values)) {
      const where = ["--stack", options.stack, "--config-file", configFile];
      // The value goes by standard input: arguments are for everybody to read.
      const args = ["config", "set", key, ...(secret ? ["--secret"] : ["--plaintext"]), ...where];
      mustWork(await pulumi(args, { input: value }), "config set");
    }
  };
  await set(options.config, false);
  await set(options.secretConfig, true);
  return { pulumi, configFile };
}

async function runAction(
  action: StackAction,
  { pulumi, configFile }: OpenedStack,
  options: StackOptions,
): Promise<StackResult> {
  const scratch = mkdtempSync(join(defaultScratch(), "pulumi-xen-events-"));
  const eventLog = join(scratch, "events.json");
  try {
    // Left to itself the CLI shows three lines of a text that is created, and of a refresh only which properties differ.
    const shown = { preview: ["--diff", "--show-full-output"], refresh: ["--diff"], up: [], destroy: [] }[action];
    const args = [
      action,
      ...["--stack", options.stack, "--config-file", configFile, "--event-log", eventLog],
      ...(action === "preview" ? [] : ["--yes", "--skip-preview"]),
      ...shown,
      ...(options.parallel === undefined ? [] : ["--parallel", String(options.parallel)]),
      ...["--color", options.colours === true ? "always" : "never"],
    ];
    let log = "";
    const onText = (text: string): void => {
      log += text;
      options.show?.(text);
    };
    const { code } = await pulumi(args, { onText, interrupts: [options.stop, options.kill] });
    const known = readEventLog(existsSync(eventLog) ? readFileSync(eventLog, "utf8") : "", action === "refresh");
    return { ok: code === 0, ...known, log };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function mustWork(ran: Ran, what: string): Ran {
  if (ran.code !== 0) throw new Error(`pulumi ${what} failed: ${(ran.stderr || ran.stdout).trim()}`);
  return ran;
}

function defaultHome(): string {
  return join(process.env["XDG_STATE_HOME"] || join(homedir(), ".local", "state"), "pulumi-xen", "pulumi");
}

function defaultScratch(): string {
  return process.env["TMPDIR"] || "/tmp";
}
