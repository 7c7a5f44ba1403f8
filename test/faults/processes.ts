/** Who runs on the "host" of a test: found by the mark that its login carries in the environment. */
import { type RunningProcess, commandLine, descendantsOf, environmentOf, runningProcesses } from "../../lab/processes";

export interface HostProcess extends RunningProcess {
  readonly command: string;
}

/** Every process that carries this in its environment: `PULUMI_XEN_ROOT=/tmp/…`. */
export function processesWith(entry: string): HostProcess[] {
  return runningProcesses()
    .filter(({ pid }) => environmentOf(pid).includes(entry))
    .map(withCommand);
}

/** The processes of this sshd: one or two for each connection, and not the one that listens. */
export function connectionsOf(sshdPid: number): HostProcess[] {
  return descendantsOf(sshdPid)
    .map(withCommand)
    .filter(({ command }) => command.startsWith("sshd"));
}

function withCommand(process: RunningProcess): HostProcess {
  return { ...process, command: commandLine(process.pid).join(" ").slice(0, 200) };
}
