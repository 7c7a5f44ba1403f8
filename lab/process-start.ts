/** Tells a process from a later one with the same number: for locks that name their holder. */
import { readFileSync } from "node:fs";

/**
 * When the process started, in clock ticks since boot; `undefined` when there is none. Without /proc, a living process
 * says "alive".
 */
export function processStart(pid: number): string | undefined {
  const fields = statusFields(pid);
  if (fields !== undefined) return fields[19];
  try {
    process.kill(pid, 0);
    return "alive";
  } catch {
    return undefined;
  }
}

/**
 * /proc/PID/stat from field 3 on, its state: counted behind the name, which may itself hold spaces and brackets (proc(5)).
 * `undefined` where there is no such process, or no /proc.
 */
export function statusFields(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}
