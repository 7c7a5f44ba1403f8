/**
 * What is remembered about a lab host: enough for another process to find it, talk to it and start it again.
 */
import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { HostChoice } from "./host-choice";
import { hostFolder, stateFolder } from "./places";
import type { Forward, LinkEnd } from "./qemu-arguments";

export interface HostRecord extends HostChoice {
  readonly name: string;
  /** The frozen host it is a clone of. */
  readonly frozen: {
    readonly diskFile: string;
    readonly bootDiskFile?: string | undefined;
    readonly stateFile: string;
  };
  readonly keys: {
    readonly privateKeyFile: string;
    readonly knownHostsFile: string;
    readonly hostKey: string;
  };
  readonly sshPort: number;
  readonly forwards: readonly Forward[];
  readonly link?: LinkEnd | undefined;
  /** 32 hexadecimal digits; kept by a reset, since it stays the same host. */
  readonly machineId: string;
}

export function writeRecord(record: HostRecord): void {
  const file = join(hostFolder(record.name), "host.json");
  writeFileSync(`${file}.draft`, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.draft`, file);
}

export function readRecord(name: string): HostRecord | undefined {
  try {
    return JSON.parse(readFileSync(join(hostFolder(name), "host.json"), "utf8")) as HostRecord;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** The names of all lab hosts there are, running or not, in order. */
export function recordedNames(): string[] {
  try {
    // Beside the folders lie the locks of hosts that are being made.
    const entries = readdirSync(join(stateFolder(), "hosts"), { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  } catch {
    return [];
  }
}
