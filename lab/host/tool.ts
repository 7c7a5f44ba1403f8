/**
 * Runs a program of this machine to its end, within a deadline.
 */
import { spawn } from "node:child_process";

import { onInterruption } from "./interruption";

export interface ToolResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ToolOptions {
  /** The program is killed after this time. Default 60. */
  readonly timeoutSeconds?: number;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
  /** Called with each whole line of stdout and stderr, as it comes. */
  readonly onLine?: (line: string) => void;
}

/** The program cannot be started, ran out of time, or (with {@link runTool}) ended with another code than 0. */
export class ToolError extends Error {
  readonly exitCode: number | undefined;

  constructor(message: string, exitCode?: number) {
    super(message);
    this.name = "ToolError";
    this.exitCode = exitCode;
  }
}

/**
 * Runs `command` with `args` and returns how it ended, whatever the exit code.
 * @throws ToolError when it cannot be started or runs out of time.
 */
export function tryTool(command: string, args: readonly string[], options: ToolOptions = {}): Promise<ToolResult> {
  const timeoutSeconds = options.timeoutSeconds ?? 60;
  return new Promise((resolve, reject) => {
    // A group of its own, so that a deadline also ends what the program has started.
    const child = spawn(command, [...args], { cwd: options.cwd, env: options.env, stdio: "pipe", detached: true });
    const collected = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    for (const stream of ["stdout", "stderr"] as const) {
      let pending = "";
      child[stream].on("data", (chunk: Buffer) => {
        collected[stream].push(chunk);
        if (options.onLine === undefined) return;
        const lines = (pending + chunk.toString("utf8")).split("\n");
        pending = lines.pop() ?? "";
        for (const line of lines) options.onLine(line);
      });
    }
    let isOverdue = false;
    const timer = setTimeout(() => {
      isOverdue = true;
      killGroup(child.pid);
    }, timeoutSeconds * 1000);
    // A caller that is interrupted must not leave a build behind that nobody waits for.
    const callOff = onInterruption(() => killGroup(child.pid));
    const settle = (): void => {
      clearTimeout(timer);
      callOff();
    };
    child.on("error", (error) => {
      settle();
      const reason = (error as NodeJS.ErrnoException).code === "ENOENT" ? "it is not installed" : error.message;
      reject(new ToolError(`Cannot run ${command}: ${reason}.`));
    });
    child.on("close", (code, signal) => {
      settle();
      const stdout = Buffer.concat(collected.stdout).toString("utf8");
      const stderr = Buffer.concat(collected.stderr).toString("utf8");
      if (isOverdue) reject(new ToolError(`${command} did not end within ${timeoutSeconds} s.\n${tail(stderr)}`));
      else resolve({ exitCode: code ?? 128 + signalNumber(signal), stdout, stderr });
    });
    child.stdin.on("error", () => undefined); // the program may end without reading
    child.stdin.end(options.input ?? "");
  });
}

/** As {@link tryTool}, but another exit code than 0 is an error that holds the end of what the program said. */
export async function runTool(command: string, args: readonly string[], options: ToolOptions = {}): Promise<string> {
  const result = await tryTool(command, args, options);
  if (result.exitCode === 0) return result.stdout;
  const said = tail(result.stderr) || tail(result.stdout);
  throw new ToolError(`${command} ended with ${result.exitCode}.\n${said}`, result.exitCode);
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}

function tail(text: string): string {
  return text.trimEnd().split("\n").slice(-20).join("\n");
}

function signalNumber(signal: NodeJS.Signals | null): number {
  return signal === "SIGKILL" ? 9 : 15;
}
