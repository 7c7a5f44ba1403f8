/**
 * Clones of a frozen host.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

import { startClone } from "./clone";
import type { FrozenHost } from "./frozen-host";
import type { HostRecord } from "./host-record";
import { LabHost } from "./lab-host";
import { hostFolder, makePrivateFolder, stateFolder } from "./places";
import { freeTcpPort, saysPortTaken } from "./ports";
import { checkName, type ForwardWish, type LinkEnd } from "./qemu-arguments";
import { runningPid, stopQemu } from "./qemu-process";

export interface ThawOptions {
  /** Also the host's host name: lower-case letters, digits, dashes. */
  readonly name: string;
  /** Default: a free port. */
  readonly sshPort?: number;
  readonly forwards?: readonly ForwardWish[];
  /** One end of a {@link createLink}: what eth1 is connected to. Default: nothing. */
  readonly link?: LinkEnd;
}

const portAttempts = 5;

/**
 * Starts a clone of `frozen`; it answers over SSH when this returns.
 * @throws Error when a lab host of that name runs already.
 */
export async function thaw(frozen: FrozenHost, options: ThawOptions): Promise<LabHost> {
  checkName(options.name);
  const folder = await claimFolder(options.name);
  for (let attempt = 1; ; attempt++) {
    const record: HostRecord = {
      name: options.name,
      kind: frozen.kind,
      suite: frozen.suite,
      frozen: { diskFile: frozen.diskFile, stateFile: frozen.stateFile },
      keys: {
        privateKeyFile: frozen.keys.privateKeyFile,
        knownHostsFile: frozen.keys.knownHostsFile,
        hostKey: frozen.keys.hostKey,
      },
      sshPort: options.sshPort ?? (await freeTcpPort()),
      forwards: await Promise.all(
        (options.forwards ?? []).map(async (wish) => ({ ...wish, hostPort: wish.hostPort ?? (await freeTcpPort()) })),
      ),
      link: options.link,
      machineId: randomBytes(16).toString("hex"),
    };
    try {
      await startClone(record);
      return new LabHost(record);
    } catch (error) {
      await stopQemu(folder);
      // Somebody may take a port between our choice and QEMU's; asking for others is enough.
      const mayChooseAgain = attempt < portAttempts && saysPortTaken(String(error));
      if (!mayChooseAgain) {
        rmSync(folder, { recursive: true, force: true });
        throw error;
      }
    }
  }
}

/** Makes the host's folder; making it is what claims the name. Clears away what a host that no longer runs has left. */
async function claimFolder(name: string): Promise<string> {
  const folder = hostFolder(name);
  makePrivateFolder(join(stateFolder(), "hosts"));
  for (let attempt = 1; ; attempt++) {
    try {
      mkdirSync(folder, { mode: 0o700 });
      return folder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    if (runningPid(folder) !== undefined || attempt > 3) {
      throw new Error(`The lab host "${name}" runs already. Stop it first (pulumi-xen lab down --name ${name}).`);
    }
    rmSync(folder, { recursive: true, force: true });
  }
}
