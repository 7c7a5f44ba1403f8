/**
 * One builder at a time for one thing in the cache. The lock names its process, so that one left by a killed process
 * is recognised and taken over.
 */
import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import { processStart } from "../process-start";
import { onInterruption } from "./interruption";

const pollMs = 500;

/**
 * Runs `build` while holding the lock file `path`; waits (with one line to `report`) while another process holds it.
 * @param what for people: "the image bookworm-plain".
 */
export async function withBuildLock<T>(
  path: string,
  what: string,
  report: (line: string) => void,
  build: () => Promise<T>,
): Promise<T> {
  let hasReported = false;
  while (!tryLock(path)) {
    const holder = readHolder(path);
    if (holder !== undefined && !isAlive(holder)) {
      dropStale(path, holder);
      continue;
    }
    if (!hasReported) {
      report(`Process ${holder?.pid ?? "?"} is making ${what}; waiting for it.`);
      hasReported = true;
    }
    await sleep(pollMs);
  }
  const callOff = onInterruption(() => rmSync(path, { force: true }));
  try {
    return await build();
  } finally {
    callOff();
    rmSync(path, { force: true });
  }
}

interface Holder {
  readonly pid: number;
  /** Clock ticks since boot, from /proc: tells a process from a later one with the same number. */
  readonly startedAt: string;
}

function tryLock(path: string): boolean {
  const draft = `${path}.${process.pid}`;
  // Written first and then linked: a lock file is never seen empty.
  writeFileSync(draft, `${process.pid} ${processStart(process.pid) ?? ""}\n`);
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function readHolder(path: string): Holder | undefined {
  try {
    const [pid, startedAt] = readFileSync(path, "utf8").trim().split(" ");
    return { pid: Number(pid), startedAt: startedAt ?? "" };
  } catch {
    return undefined; // released this moment
  }
}

function isAlive(holder: Holder): boolean {
  return processStart(holder.pid) === holder.startedAt && holder.startedAt !== "";
}

/** Removes the lock only while it still names the dead process: somebody else may have been faster. */
function dropStale(path: string, holder: Holder): void {
  if (readHolder(path)?.pid === holder.pid) rmSync(path, { force: true });
}
