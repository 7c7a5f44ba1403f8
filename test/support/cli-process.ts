/** `pulumi-xen …` from the sources, in a process of its own: its exit code and what it said. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { projectRoot } from "./project-root";

export interface CliRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A file that Node loads before the CLI. */
  readonly preload?: string;
  /** It runs in a terminal, where this is typed when it asks. */
  readonly answer?: string;
}

export function runCli(args: readonly string[], options: CliOptions = {}): CliRun {
  const { cwd = projectRoot, env = {}, preload, answer } = options;
  const support = join(projectRoot, "test", "support");
  const before = ["-r", join(support, "typescript-loader.cjs"), ...(preload === undefined ? [] : ["-r", preload])];
  const cli = [process.execPath, ...before, join(projectRoot, "cli", "main.ts"), ...args];
  const terminal = answer === undefined ? [] : ["python3", join(support, "terminal.py"), answer];
  const [command = "", ...rest] = [...terminal, ...cli];
  const ran = spawnSync(command, rest, { cwd, env: { ...process.env, ...env }, input: "", encoding: "utf8" });
  return { code: ran.status, stdout: ran.stdout, stderr: ran.stderr };
}
