/** Who runs on this machine, from /proc: what a server of ours has started, and how it ends together with it. */
import type { ChildProcess } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { statusFields } from "./process-start";

export interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  /** In clock ticks since boot. Numbers are used again: only both together name a process. */
  readonly born: string;
}

/** Without those that have ended and were not waited for yet. */
export function runningProcesses(): RunningProcess[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => runningProcess(Number(name)) ?? []);
}

/** Those below a process, without itself. */
export function descendantsOf(ancestor: number): RunningProcess[] {
  const all = runningProcesses();
  const below = (parent: number): RunningProcess[] =>
    all.filter((one) => one.parent === parent).flatMap((one) => [one, ...below(one.pid)]);
  return below(ancestor);
}

/** What it was started with, word by word; none where it has ended. */
export function commandLine(pid: number): string[] {
  return zeroEnded(`/proc/${pid}/cmdline`);
}

/** `NAME=value`, as it was started with; none where it has ended or is somebody else's. */
export function environmentOf(pid: number): string[] {
  return zeroEnded(`/proc/${pid}/environ`);
}

/** That it has ended already is no fault. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}

const GRACE_MS = 3_000;

/** SIGTERM to a child of ours; what it started gets some time to end by itself, then SIGKILL. */
export async function endWithDescendants(child: ChildProcess): Promise<void> {
  const { pid } = child;
  if (pid === undefined) return;
  const started = descendantsOf(pid);
  await endProcess(child);
  const deadline = Date.now() + GRACE_MS;
  while (started.some(isRunning) && Date.now() < deadline) await pause(20);
  for (const one of started.filter(isRunning)) signalProcess(one.pid, "SIGKILL");
}

/** SIGTERM, and its end. */
export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    child.once("exit", () => {
      resolve();
    });
    child.kill("SIGTERM");
  });
}

function isRunning(one: RunningProcess): boolean {
  return runningProcess(one.pid)?.born === one.born;
}

function runningProcess(pid: number): RunningProcess | undefined {
  const fields = statusFields(pid);
  if (fields === undefined || fields[0] === "Z" || fields[0] === "X") return undefined;
  return { pid, parent: Number(fields[1]), born: fields[19] ?? "" };
}

function zeroEnded(path: string): string[] {
  return readOrNothing(path).split("\0").slice(0, -1);
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
