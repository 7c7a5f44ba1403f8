/** One run at a time on a state file. The lock names its holder; that of a process which is gone is taken over. */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { processStart } from "../process-start";

interface Holder {
  readonly pid: number;
  /** Start time of the process in clock ticks since boot: a pid that was given out again is somebody else. */
  readonly started: string;
  readonly doing: string;
  readonly since: string;
}

export class LockedError extends Error {
  constructor(file: string, { pid, doing, since }: Holder) {
    super(
      `Another run holds this stack: process ${pid}, ${doing}, since ${since}. ` +
        `Wait for it, or end it and run again (its lock is ${file}).`,
    );
    this.name = "LockedError";
  }
}

/**
 * Takes the lock file.
 *
 * @param doing - what the run does, for whoever finds the door closed.
 * @returns the function that gives the lock back.
 * @throws LockedError while a living process holds it.
 */
export function lockState(file: string, doing: string): () => void {
  const mine = `${file}.${process.pid}.new`;
  const holder: Holder = {
    pid: process.pid,
    started: processStart(process.pid) ?? "",
    doing,
    since: new Date().toISOString(),
  };
  writeFileSync(mine, JSON.stringify(holder), { mode: 0o600 });
  try {
    for (;;) {
      try {
        // A link either appears whole or not at all: nobody reads a half-written lock.
        linkSync(mine, file);
        return () => rmSync(file, { force: true });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      takeAwayIfStale(file);
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Moves a dead holder's lock aside, so that of two runs which saw it dead only one removes it. */
function takeAwayIfStale(file: string): void {
  const seen = readHolder(file);
  if (seen === undefined) return;
  if (processStart(seen.pid) === seen.started) throw new LockedError(file, seen);
  const aside = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const moved = readHolder(aside);
  if (moved !== undefined && moved.pid !== seen.pid && processStart(moved.pid) === moved.started) {
    // Between reading and moving, another run took it over: give it back.
    linkSync(aside, file);
  }
  rmSync(aside, { force: true });
}

function readHolder(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Holder;
  } catch {
    return undefined;
  }
}
