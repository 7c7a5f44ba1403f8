/** `pulumi-xen …` from the sources, in a process of its own, without a terminal: its exit code and what it said. */
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
}

export function runCli(args: readonly string[], { cwd = projectRoot, env = {}, preload }: CliOptions = {}): CliRun {
  const loader = join(projectRoot, "test", "support", "typescript-loader.cjs");
  const before = ["-r", loader, ...(preload === undefined ? [] : ["-r", preload])];
  const ran = spawnSync(process.execPath, [...before, join(projectRoot, "cli", "main.ts"), ...args], {
    cwd,
    env: { ...process.env, ...env },
    input: "",
    encoding: "utf8",
  });
  return { code: ran.status, stdout: ran.stdout, stderr: ran.stderr };
}
