/** What an operator does: one SSH connection that stays open, with a shell in it into which commands are typed. */
import { readFileSync } from "node:fs";
import { Client, type ClientChannel } from "ssh2";
import type { Server } from "../server/sshd";

export interface Typed {
  /** Types a text and waits for all it prints. @throws Error where its last command ends with another code than 0. */
  readonly type: (text: string) => Promise<string>;
  readonly close: () => void;
}

export async function openTyped(server: Server, path: string): Promise<Typed> {
  const client = new Client();
  const channel = await new Promise<ClientChannel>((resolve, reject) => {
    client.on("error", reject);
    client.on("ready", () => {
      client.setNoDelay(true);
      client.exec("exec /bin/sh", (error, opened) => {
        if (error === undefined) resolve(opened);
        else reject(error);
      });
    });
    client.connect({
      host: server.address,
      port: server.port,
      username: server.user,
      privateKey: readFileSync(server.privateKeyFile),
      hostVerifier: (key: Buffer) => key.toString("base64") === server.hostKey.split(" ")[1],
    });
  });
  let number = 0;
  const type = (text: string): Promise<string> => {
    number += 1;
    const mark = `=== ${String(number)} `;
    return new Promise((resolve, reject) => {
      let said = "";
      const hear = (bytes: Buffer): void => {
        said += bytes.toString();
        const [, code] = new RegExp(`^${mark}(\\d+)\\n`, "m").exec(said) ?? [];
        if (code === undefined) return;
        channel.off("data", hear);
        if (code === "0") resolve(said.slice(0, said.lastIndexOf(mark)));
        else reject(new Error(`"${text}" ended with ${code}: ${said}`));
      };
      channel.on("data", hear);
      // Not every program ends its last line.
      channel.write(`{ ${text}\n} 2>&1; printf '\\n%s\\n' "${mark}$?"\n`);
    });
  };
  await type(`PATH=${path}; export PATH`);
  return {
    type,
    close: () => {
      client.end();
    },
  };
}
