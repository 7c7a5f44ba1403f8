/** OpenSSH's client with a shared connection (ControlMaster): a process for each command, one connection for all. */
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { tryTool } from "../../../lab/host/tool";
import type { Server } from "../server/sshd";
import { timed } from "../../timing";
import { type Competitor, type Ran, inTurn, together } from "./competitor";
import { endMasters, sshOptions } from "./openssh";

export function controlMaster(folder: string): Competitor {
  const run = async (server: Server, count: number, all: typeof inTurn): Promise<Ran> => {
    const sockets = mkdtempSync(join(folder, "cm-"));
    const options = ["ControlMaster=auto", `ControlPath=${join(sockets, "%C")}`, "ControlPersist=60"];
    const args = ["-F", "/dev/null", ...sshOptions(server), ...options.flatMap((option) => ["-o", option])];
    args.push("-i", server.privateKeyFile, "-p", String(server.port), `${server.user}@${server.address}`);
    try {
      const { seconds, value } = await timed(() => all(count, (number) => echo(args, number)));
      return { seconds, succeeded: value };
    } finally {
      await endMasters(sockets);
    }
  };
  return {
    key: "x_controlmaster",
    name: "OpenSSH, ControlMaster",
    runs: 3,
    oneAfterAnother: (server, count) => run(server, count, inTurn),
    atOnce: (server, count) => run(server, count, together),
  };
}

async function echo(args: readonly string[], number: number): Promise<boolean> {
  const word = `operation-${String(number)}`;
  const { exitCode, stdout } = await tryTool("ssh", [...args, `echo ${word}`], { timeoutSeconds: 120 });
  return exitCode === 0 && stdout === `${word}\n`;
}
