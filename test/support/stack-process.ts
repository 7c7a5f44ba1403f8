/** `pulumi-xen stack ACTION` of the example as a process group of its own, so that all of it can be interrupted or killed. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import type { LabStack } from "./lab-stack";
import { projectRoot } from "./project-root";

export interface StackProcess {
  readonly process: ChildProcess;
  /** Its exit code. */
  readonly ended: Promise<number | null>;
  /** All that it has said so far. */
  readonly said: () => string;
  /** To the whole group, as a terminal does it. */
  readonly signal: (name: NodeJS.Signals) => void;
}

export function startStack(action: string, ground: LabStack, state: string): StackProcess {
  const config = Object.entries(ground.config).flatMap(([key, value]) => ["--config", `${key}=${value}`]);
  const { stack, cwd } = ground.stack;
  const args = [
    "stack",
    action,
    "--cwd",
    cwd,
    "--yes",
    "--engine",
    "practice",
    "--stack",
    stack,
    "--state",
    state,
    ...config,
  ];
  const child = spawn(process.execPath, [join(projectRoot, "dist/cli/main.js"), ...args], {
    cwd: projectRoot,
    detached: true,
  });
  let said = "";
  const keep = (chunk: Buffer): void => {
    said += chunk.toString();
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  return {
    process: child,
    ended: new Promise((resolve) => child.once("close", resolve)),
    said: () => said,
    signal: (name) => {
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
        process.kill(-child.pid, name);
    },
  };
}
