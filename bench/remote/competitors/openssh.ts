/** What OpenSSH's own programs need to know of a server; nothing of the user's configuration has a part in it. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { tryTool } from "../../../lab/host/tool";
import type { Server } from "../server/sshd";

export function sshOptions(server: Server): string[] {
  return [
    "IdentitiesOnly=yes",
    `UserKnownHostsFile=${server.knownHostsFile}`,
    "GlobalKnownHostsFile=/dev/null",
    "StrictHostKeyChecking=yes",
    "BatchMode=yes",
  ].flatMap((option) => ["-o", option]);
}

/** Ends the shared connections whose sockets are in the folder: they would stay for their ControlPersist. */
export async function endMasters(folder: string): Promise<void> {
  for (const name of readdirSync(folder)) {
    await tryTool("ssh", ["-F", "/dev/null", "-o", `ControlPath=${join(folder, name)}`, "-O", "exit", "any"], {
      timeoutSeconds: 10,
    });
  }
}
