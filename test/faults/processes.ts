/** Who runs on the "host" of a test: found in /proc by the mark that its login carries in the environment. */
import { readFileSync, readdirSync } from "node:fs";

export interface HostProcess {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** Every process that carries this in its environment: `PULUMI_XEN_ROOT=/tmp/…`. */
export function processesWith(entry: string): HostProcess[] {
  return allProcesses().filter(({ pid }) => readOrNothing(`/proc/${pid}/environ`).split("\0").includes(entry));
}

/** The processes of this sshd: one or two for each connection, and not the one that listens. */
export function connectionsOf(sshdPid: number): HostProcess[] {
  const all = allProcesses().filter(({ pid }) => readOrNothing(`/proc/${pid}/comm`).startsWith("sshd"));
  const of = (parent: number): HostProcess[] =>
    all.filter((process) => process.parent === parent).flatMap((process) => [process, ...of(process.pid)]);
  return of(sshdPid);
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended already.
  }
}

function allProcesses(): HostProcess[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const fields = /^\d+ \(.*\) (\S) (\d+)/s.exec(readOrNothing(`/proc/${name}/stat`));
      if (fields === null || fields[1] === "Z" || fields[1] === "X") return [];
      const command = readOrNothing(`/proc/${name}/cmdline`).replaceAll("\0", " ").slice(0, 200);
      return [{ pid: Number(name), parent: Number(fields[2]), command }];
    });
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
