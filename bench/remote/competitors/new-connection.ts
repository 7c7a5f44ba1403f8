/**
 * A new SSH connection for each command: what pulumi-command does, here over ssh2. As ssh2 comes (Nagle's algorithm on, every
 * way to log in tried), and with both set as well as a careful author would.
 */
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { Client, type ConnectConfig } from "ssh2";
import type { Server } from "../server/sshd";
import { timed } from "../../timing";
import { type Competitor, inTurn, together } from "./competitor";

export function newConnection(isTuned: boolean): Competitor {
  return {
    ...(isTuned ? {} : { key: "x_new_connection" as const }),
    name: isTuned ? "a new ssh2 connection each, TCP_NODELAY and one way to log in" : "a new ssh2 connection each",
    runs: 1,
    oneAfterAnother: async (server, count) => ranOf(await timed(() => inTurn(count, (n) => echo(server, n, isTuned)))),
    atOnce: async (server, count) => ranOf(await timed(() => together(count, (n) => echo(server, n, isTuned)))),
  };
}

function ranOf({ seconds, value }: { seconds: number; value: number }): { seconds: number; succeeded: number } {
  return { seconds, succeeded: value };
}

async function echo(server: Server, number: number, isTuned: boolean): Promise<boolean> {
  const word = `operation-${String(number)}`;
  try {
    return (await runOnce(server, `echo ${word}`, isTuned)) === `${word}\n`;
  } catch {
    return false; // sshd's MaxStartups: counted as not done
  }
}

function runOnce(server: Server, command: string, isTuned: boolean): Promise<string> {
  const client = new Client();
  return new Promise<string>((resolve, reject) => {
    client.on("error", reject);
    client.on("close", () => {
      reject(new Error("the connection ended"));
    });
    client.on("ready", () => {
      client.exec(command, (error, channel) => {
        if (error !== undefined) {
          reject(error);
          return;
        }
        const said: Buffer[] = [];
        channel.on("data", (bytes: Buffer) => said.push(bytes));
        channel.on("close", (code: number | undefined) => {
          if (code === 0) resolve(Buffer.concat(said).toString());
          else reject(new Error(`exit code ${String(code)}`));
        });
      });
    });
    const config: ConnectConfig = {
      username: server.user,
      privateKey: readFileSync(server.privateKeyFile),
      hostVerifier: (key: Buffer) => key.toString("base64") === server.hostKey.split(" ")[1],
    };
    if (!isTuned) {
      client.connect({ ...config, host: server.address, port: server.port });
      return;
    }
    const socket = connect({ host: server.address, port: server.port, noDelay: true });
    client.connect({ ...config, sock: socket, authHandler: ["publickey"] });
  }).finally(() => {
    client.end();
  });
}
