/** A Node process of the SDK that lives no longer than this one. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

/**
 * Loaded before anything else in the child. The child's standard input is a pipe nobody writes to; the kernel closes it
 * when we end, however we end. So no provider outlives an engine that was killed.
 */
const END_WITH_PARENT =
  'data:text/javascript,process.stdin.on("end",()=>process.kill(process.pid,"SIGINT")).resume();process.stdin.unref?.();';

/** Not for the children: they never need it, and a program might print its environment. */
const WITHHELD = ["PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"];

interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface SdkProcess {
  readonly ended: Promise<Ended>;
  /** SIGINT to its group, and SIGKILL after `graceMs` (default: the 5 seconds the real CLI gives). */
  stop(graceMs?: number): Promise<void>;
}

export interface SdkProcessOptions {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly onLine: (line: string, stream: "stdout" | "stderr") => void;
}

/** Starts it in a process group of its own, so that Ctrl-C in a terminal reaches us alone and we decide what to do. */
export function startSdkProcess({ args, cwd, env, onLine }: SdkProcessOptions): SdkProcess {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !WITHHELD.includes(name)));
  const child = spawn(process.execPath, [`--import=${END_WITH_PARENT}`, ...args], {
    cwd,
    env: { ...inherited, ...env },
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  for (const stream of ["stdout", "stderr"] as const) {
    createInterface({ input: child[stream] }).on("line", (line) => onLine(line, stream));
  }
  const ended = new Promise<Ended>((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal }));
    child.once("error", (error) => {
      onLine(`could not start: ${error.message}`, "stderr");
      resolve({ code: -1, signal: null });
    });
  });
  return { ended, stop: (graceMs = 5000) => stopGroup(child, ended, graceMs) };
}

async function stopGroup(child: ChildProcess, ended: Promise<Ended>, graceMs: number): Promise<void> {
  if (child.pid === undefined) return;
  signalGroup(child.pid, graceMs > 0 ? "SIGINT" : "SIGKILL");
  const timer = setTimeout(() => signalGroup(child.pid ?? 0, "SIGKILL"), graceMs);
  await ended;
  clearTimeout(timer);
}

/** To a process and all it started; silent when they have ended by themselves. A `pid` of 0 is nobody. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    if (pid > 0) process.kill(-pid, signal);
  } catch {
    // It has ended by itself.
  }
}
