/**
 * Clones of a frozen host.
 */
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { dirname } from "node:path";

import { withBuildLock } from "./build-lock";
import { startClone } from "./clone";
import type { FrozenHost } from "./frozen-host";
import type { HostRecord } from "./host-record";
import { LabHost } from "./lab-host";
import { hostFolder, makePrivateFolder } from "./places";
import { freeTcpPort, saysPortTaken } from "./ports";
import { checkName, type ForwardRequest, type LinkEnd } from "./qemu-arguments";
import { runningPid, stopQemu } from "./qemu-process";

export interface ThawOptions {
  /** Also the host's host name: lower-case letters, digits, dashes. */
  readonly name: string;
  /** Default: a free port. */
  readonly sshPort?: number;
  readonly forwards?: readonly ForwardRequest[];
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
  const folder = hostFolder(options.name);
  makePrivateFolder(dirname(folder));
  // Of two processes that want the same name, the second one finds the first one's host running.
  return withBuildLock(
    `${folder}.lock`,
    `the lab host "${options.name}"`,
    () => undefined,
    () => thawLocked(frozen, options, folder),
  );
}

async function thawLocked(frozen: FrozenHost, options: ThawOptions, folder: string): Promise<LabHost> {
  if (runningPid(folder) !== undefined) {
    const remedy = `npx pulumi-xen lab down --name ${options.name}`;
    throw new Error(`The lab host "${options.name}" runs already. Stop it first: ${remedy}`);
  }
  rmSync(folder, { recursive: true, force: true }); // what a host that no longer runs has left
  makePrivateFolder(folder);
  for (let attempt = 1; ; attempt++) {
    const record: HostRecord = {
      name: options.name,
      kind: frozen.kind,
      suite: frozen.suite,
      network: frozen.network,
      boot: frozen.boot,
      storage: frozen.storage,
      frozen: { diskFile: frozen.diskFile, bootDiskFile: frozen.bootDiskFile, stateFile: frozen.stateFile },
      keys: {
        privateKeyFile: frozen.keys.privateKeyFile,
        knownHostsFile: frozen.keys.knownHostsFile,
        hostKey: frozen.keys.hostKey,
      },
      sshPort: options.sshPort ?? (await freeTcpPort()),
      forwards: await Promise.all(
        (options.forwards ?? []).map(async (request) => ({
          ...request,
          hostPort: request.hostPort ?? (await freeTcpPort()),
        })),
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
      const mayChooseAgain = attempt < portAttempts && options.sshPort === undefined && saysPortTaken(String(error));
      if (!mayChooseAgain) {
        rmSync(folder, { recursive: true, force: true });
        throw error;
      }
    }
  }
}
