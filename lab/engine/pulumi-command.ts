/** A real `pulumi` command: finding one that can run Node programs with dynamic providers, and running it. */
import { spawn } from "node:child_process";
import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { signalGroup } from "./child-process";

export interface PulumiCommand {
  readonly binary: string;
  readonly version: string;
  /** Where it was found: for the sentence that says which engine runs. */
  readonly where: string;
  /** PATH for it: its own folder and that of the launcher of dynamic providers in front. */
  readonly path: string;
}

export interface Sought {
  readonly found?: PulumiCommand;
  /** Why not, one entry a place looked at. */
  readonly reasons: readonly string[];
}

const LANGUAGE_HOST = "pulumi-language-nodejs";
const LAUNCHER = "pulumi-resource-pulumi-nodejs";
/** How long the npm package `pulumi` may take to download its binary. */
const DOWNLOAD_MS = 20_000;
const VERSION_MS = 10_000;

/**
 * Looks on PATH, then for what the npm package `pulumi` has downloaded or can download shortly.
 *
 * @param projectFolder - whose node_modules may hold that package.
 * @param sdkFolder - the launcher of dynamic providers ships in the root of the SDK's package.
 */
export async function findPulumi(projectFolder: string, sdkFolder: string, env = process.env): Promise<Sought> {
  const reasons: string[] = [];
  const onPath = (env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, "pulumi"));
  const direct = onPath.find(isExecutable);
  if (direct === undefined) reasons.push("no pulumi command on PATH");
  else {
    const judged = await judge(direct, "on PATH", sdkFolder, env);
    if (judged.found !== undefined) return judged;
    reasons.push(...judged.reasons);
  }
  const wrapper = resolveFrom(projectFolder, "pulumi/package.json");
  if (wrapper !== undefined) {
    // Its first use downloads the binary; any later one finds it there.
    const ran = await run(process.execPath, [join(dirname(wrapper), "run.js"), "version"], {
      env,
      timeoutMs: DOWNLOAD_MS,
    });
    if (ran.code !== 0) reasons.push(`the npm package pulumi got no binary within ${DOWNLOAD_MS / 1000} s`);
  } else reasons.push("the npm package pulumi is not installed");
  const versions = join(env["PULUMI_HOME"] ?? join(homedir(), ".pulumi"), "versions");
  for (const version of existsSync(versions) ? readdirSync(versions).sort(newestFirst) : []) {
    const binary = join(versions, version, "bin", "pulumi");
    const judged = isExecutable(binary)
      ? await judge(binary, "downloaded by the npm package pulumi", sdkFolder, env)
      : { reasons: [] };
    if (judged.found !== undefined) return judged;
    reasons.push(...judged.reasons);
  }
  return { reasons };
}

async function judge(binary: string, where: string, sdkFolder: string, env: NodeJS.ProcessEnv): Promise<Sought> {
  const path = [dirname(binary), env["PATH"] ?? "", sdkFolder].join(delimiter);
  for (const part of [LANGUAGE_HOST, LAUNCHER]) {
    if (!path.split(delimiter).some((folder) => isExecutable(join(folder, part)))) {
      return { reasons: [`${binary} has no ${part} beside it or on PATH`] };
    }
  }
  const { code, stdout } = await run(binary, ["version"], { env, timeoutMs: VERSION_MS });
  if (code !== 0) return { reasons: [`${binary} version fails`] };
  return { found: { binary, where, path, version: stdout.trim().replace(/^v/, "") }, reasons: [] };
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env: NodeJS.ProcessEnv;
  readonly input?: string;
  readonly timeoutMs?: number;
  readonly onText?: (text: string) => void;
  /** Each abort passes a SIGINT on, as Ctrl-C in a terminal would: the CLI itself knows what the first and second mean. */
  readonly interrupts?: readonly (AbortSignal | undefined)[];
}

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command in a process group of its own, so that a deadline takes its children along. */
export async function run(binary: string, args: readonly string[], options: RunOptions): Promise<Ran> {
  const child = spawn(binary, args, {
    env: options.env,
    detached: true,
    stdio: "pipe",
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const out = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => {
      out[stream] += text;
      options.onText?.(text);
    });
  }
  // The command may end without reading its input.
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input ?? "");
  const interrupt = (): void => void child.kill("SIGINT");
  for (const signal of options.interrupts ?? []) signal?.addEventListener("abort", interrupt);
  const { timeoutMs } = options;
  const timer =
    timeoutMs === undefined ? undefined : setTimeout(() => signalGroup(child.pid ?? 0, "SIGKILL"), timeoutMs);
  try {
    const code = await new Promise<number>((resolve) => {
      child.once("error", () => resolve(-1));
      child.once("close", (ended) => resolve(ended ?? -1));
    });
    return { code, ...out };
  } finally {
    clearTimeout(timer);
    for (const signal of options.interrupts ?? []) signal?.removeEventListener("abort", interrupt);
  }
}

/** Is it there, and may we run it? */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function resolveFrom(folder: string, name: string): string | undefined {
  try {
    return createRequire(join(folder, "package.json")).resolve(name);
  } catch {
    return undefined;
  }
}

function newestFirst(a: string, b: string): number {
  return b.localeCompare(a, "en", { numeric: true });
}
