/** Ends a process of ours with everything that it has started and that still hangs on it. */
import type { ChildProcess } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

const GRACE_MS = 3_000;

/** SIGTERM to the process; what it started gets some time to end by itself, then SIGKILL. */
export async function endChildren(child: ChildProcess): Promise<void> {
  const { pid } = child;
  if (pid === undefined) return;
  const started = descendants(pid);
  const ended = new Promise<void>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else
      child.once("exit", () => {
        resolve();
      });
  });
  child.kill("SIGTERM");
  const deadline = Date.now() + GRACE_MS;
  while (started.some(isSame) && Date.now() < deadline) await pause(20);
  for (const one of started.filter(isSame)) process.kill(one.pid, "SIGKILL");
  await ended;
}

/** With its time of birth: numbers are used again. */
interface Running {
  readonly pid: number;
  readonly parent: number;
  readonly born: string;
}

function descendants(root: number): Running[] {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => running(Number(name)) ?? []);
  const found: Running[] = [];
  for (let layer = [root]; layer.length > 0; ) {
    const children = all.filter(({ parent }) => layer.includes(parent));
    found.push(...children);
    layer = children.map(({ pid }) => pid);
  }
  return found;
}

function isSame(one: Running): boolean {
  return running(one.pid)?.born === one.born;
}

function running(pid: number): Running | undefined {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, "utf8");
    // Counted behind the name, which may itself hold spaces and brackets (proc(5)).
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : { pid, parent: Number(fields[1]), born: fields[19] ?? "" };
  } catch {
    return undefined;
  }
}
