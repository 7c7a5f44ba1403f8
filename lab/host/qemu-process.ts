/**
 * Starting and stopping QEMU. Only a process whose own command line names our pid file is ever stopped: a pid alone may
 * by now belong to somebody else.
 */
import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { withMonitor } from "./qmp";
import { ToolError } from "./tool";

export const qemuBinary = "qemu-system-x86_64";

export function pidFile(folder: string): string {
  return join(folder, "pid");
}

/** The pid of the QEMU that runs in `folder`, or nothing. */
export function runningPid(folder: string): number | undefined {
  const pid = Number.parseInt(readText(pidFile(folder)), 10);
  return Number.isInteger(pid) && pid > 0 && isOurs(pid, folder) ? pid : undefined;
}

function isOurs(pid: number, folder: string): boolean {
  // A process that has ended but was not waited for yet has an empty command line.
  const words = readText(`/proc/${pid}/cmdline`).split("\0");
  return words.includes(pidFile(folder)) && (words[0] ?? "").includes("qemu-system");
}

/**
 * The monitor of the QEMU in `folder`. The way leads through the process's own working directory: a unix socket's path
 * may have 107 bytes, which a cache in a deep folder exceeds.
 */
export function monitorPath(folder: string): string {
  const direct = join(folder, "qmp.sock");
  const pid = runningPid(folder);
  return Buffer.byteLength(direct) < 100 || pid === undefined ? direct : `/proc/${pid}/cwd/qmp.sock`;
}

/**
 * Starts QEMU detached, so that it outlives this process, and waits until its monitor answers.
 * @throws ToolError with QEMU's own words when it ends instead.
 */
export async function startQemu(folder: string, args: readonly string[]): Promise<void> {
  for (const name of ["pid", "qmp.sock"]) rmSync(join(folder, name), { force: true });
  const log = openSync(join(folder, "qemu.log"), "w", 0o600);
  const child = spawn(qemuBinary, [...args], { cwd: folder, stdio: ["ignore", log, log], detached: true });
  closeSync(log);
  const ended = new Promise<string>((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("exit", (code) => resolve(`it ended with ${code}`));
  });
  child.unref();
  const deadline = Date.now() + 60_000;
  for (;;) {
    const end = await Promise.race([ended, sleep(50, undefined)]);
    if (end !== undefined) {
      throw new ToolError(`Cannot start ${qemuBinary}: ${end}.\n${readText(join(folder, "qemu.log")).trim()}`);
    }
    if (runningPid(folder) !== undefined && (await answers(folder))) return;
    if (Date.now() > deadline) {
      child.kill("SIGKILL");
      throw new ToolError(`${qemuBinary} did not open its monitor within 60 s.`);
    }
  }
}

async function answers(folder: string): Promise<boolean> {
  try {
    await withMonitor(monitorPath(folder), (monitor) => monitor.execute("query-status"), 5);
    return true;
  } catch {
    return false;
  }
}

/** Switches the machine off hard and waits until the process is gone. Nothing to do is success. */
export async function stopQemu(folder: string): Promise<void> {
  const pid = runningPid(folder);
  if (pid === undefined) return;
  for (const [signal, patienceMs] of [
    ["SIGTERM", 5000],
    ["SIGKILL", 5000],
  ] as const) {
    if (!isOurs(pid, folder)) break;
    process.kill(pid, signal);
    const deadline = Date.now() + patienceMs;
    while (isOurs(pid, folder) && Date.now() < deadline) await sleep(50);
  }
  if (isOurs(pid, folder)) throw new ToolError(`Process ${pid} (${qemuBinary} in ${folder}) does not end.`);
  rmSync(pidFile(folder), { force: true });
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
