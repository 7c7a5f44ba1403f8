/** The "host" of most contract tests: a real sshd on loopback, as the user who runs the tests. */
import { type Sshd as Server, type SshdOptions as ServerOptions, startSshd as startServer } from "../../lab/sshd";
import { descendantsOf, endProcess, signalProcess } from "../../lab/processes";
import type { Connection } from "../../provider/remote";
import { type Transport, transportOf } from "./transport";

export interface Sshd extends Omit<Server, "process" | "clear"> {
  readonly connection: Connection;
  /** Stops all that serves connections, until the function it returns is called: the link is dark. New ones pass. */
  readonly freeze: () => () => void;
  readonly stop: () => Promise<void>;
}

export interface SshdOptions extends Pick<ServerOptions, "config" | "environment" | "port"> {
  /** Of its `connection`. */
  readonly transport?: Transport;
}

export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const { process: child, clear, ...server } = await startServer(options);
  return {
    ...server,
    connection: {
      host: server.address,
      port: server.port,
      user: server.user,
      hostKey: server.hostKey,
      privateKeyFile: server.privateKeyFile,
      transport: transportOf(options),
    },
    freeze: () => {
      const frozen = descendantsOf(child.pid ?? 0);
      for (const { pid } of frozen) signalProcess(pid, "SIGSTOP");
      return () => {
        for (const { pid } of frozen) signalProcess(pid, "SIGCONT");
      };
    },
    stop: async () => {
      await endProcess(child);
      clear();
    },
  };
}
