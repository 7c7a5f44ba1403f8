/** The sshd that everybody in the benchmark talks to, and what OpenSSH's clients need to know of it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { onInterruption } from "../../../lab/host/interruption";
import { endWithDescendants } from "../../../lab/processes";
import { type Sshd as LabSshd, type SshdOptions, startSshd as startLabSshd } from "../../../lab/sshd";

export type ServerOptions = Pick<SshdOptions, "config" | "environment" | "within">;

/** Where clients reach it, and as whom. */
export interface Server
  extends Pick<LabSshd, "address" | "port" | "user" | "privateKeyFile" | "hostKey" | "folder" | "log"> {
  /** `hostKey` for OpenSSH's clients. */
  readonly knownHostsFile: string;
  readonly stop: () => Promise<void>;
}

export interface Sshd extends Server {
  /** The same server as its clients see it through a proxy. */
  readonly reachedAt: (port: number) => Server;
}

export async function startSshd(options: SshdOptions): Promise<Sshd> {
  const { place, environment } = options;
  // Not this machine's /tmp: what clears away there after dead processes may count in another PID namespace.
  const own = place === undefined ? {} : { TMPDIR: place };
  const server = await startLabSshd({ ...options, environment: { ...own, ...environment } });
  const callOff = onInterruption(() => server.process.kill("SIGTERM"));
  const reachedAt = (port: number): Server => {
    const knownHostsFile = join(server.folder, `known_hosts.${port}`);
    writeFileSync(knownHostsFile, `[${server.address}]:${port} ${server.hostKey}\n`);
    return {
      ...server,
      port,
      knownHostsFile,
      stop: async () => {
        await endWithDescendants(server.process);
        callOff();
        server.clear();
      },
    };
  };
  return { ...reachedAt(server.port), reachedAt };
}
