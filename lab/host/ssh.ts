/**
 * The plain `ssh` program, with the lab's own key and the host's key pinned: for people and for assertions that must not
 * go through the code under test.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { withBuildLock } from "./build-lock";
import { cacheFolder, makePrivateFolder } from "./places";
import { runTool, tryTool, type ToolResult } from "./tool";

/** The lab's key pairs: one for root's login, one that every lab host has as its own. */
export interface LabKeys {
  /** Holds id_ed25519, host_ed25519, their .pub files and known_hosts. */
  readonly folder: string;
  readonly privateKeyFile: string;
  readonly knownHostsFile: string;
  /** `ssh-ed25519 AAAA…` of the login key. */
  readonly publicKey: string;
  /** `ssh-ed25519 AAAA…` of every lab host. */
  readonly hostKey: string;
}

/** What a client needs of the keys. */
export type Login = Pick<LabKeys, "privateKeyFile" | "knownHostsFile">;

/** Known under this name instead of 127.0.0.1:PORT, so that one line of known_hosts serves every port. */
const alias = "pulumi-xen-lab";

/** Makes the lab's keys when they are not there yet. */
export function ensureKeys(): Promise<LabKeys> {
  const folder = makePrivateFolder(join(cacheFolder(), "keys"));
  return withBuildLock(
    join(folder, "lock"),
    "the lab's keys",
    () => undefined,
    () => makeKeys(folder),
  );
}

async function makeKeys(folder: string): Promise<LabKeys> {
  for (const [name, comment] of [
    ["id_ed25519", "pulumi-xen lab"],
    ["host_ed25519", "pulumi-xen lab host"],
  ] as const) {
    const file = join(folder, name);
    if (existsSync(file) && existsSync(`${file}.pub`)) continue;
    // Made under another name and moved, public part first: the key is there only when both are whole.
    const draft = `${file}.${process.pid}`;
    await runTool("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", draft]);
    renameSync(`${draft}.pub`, `${file}.pub`);
    renameSync(draft, file);
  }
  const hostKey = publicPart(join(folder, "host_ed25519.pub"));
  const knownHostsFile = join(folder, "known_hosts");
  writeFileSync(knownHostsFile, `${alias} ${hostKey}\n`);
  return {
    folder,
    privateKeyFile: join(folder, "id_ed25519"),
    knownHostsFile,
    publicKey: publicPart(join(folder, "id_ed25519.pub")),
    hostKey,
  };
}

function publicPart(file: string): string {
  return readFileSync(file, "utf8").trim().split(" ").slice(0, 2).join(" ");
}

/** Arguments for `ssh` up to and including the host's name; the user's own configuration has no part in it. */
export function sshArguments(port: number, keys: Login): string[] {
  const options = [
    "IdentitiesOnly=yes",
    `UserKnownHostsFile="${keys.knownHostsFile}"`,
    "GlobalKnownHostsFile=/dev/null",
    `HostKeyAlias=${alias}`,
    "HostKeyAlgorithms=ssh-ed25519",
    "StrictHostKeyChecking=yes",
    "LogLevel=ERROR",
    "ConnectTimeout=30",
    "ServerAliveInterval=5",
  ].flatMap((option) => ["-o", option]);
  return ["-F", "/dev/null", "-i", keys.privateKeyFile, "-p", String(port), ...options, "root@127.0.0.1"];
}

/** Runs `command` in root's shell on the host. Exit code 255 is ssh's own: no session. */
export function runOverSsh(
  port: number,
  keys: Login,
  command: string,
  options: { readonly timeoutSeconds: number; readonly input?: string },
): Promise<ToolResult> {
  return tryTool("ssh", ["-o", "BatchMode=yes", ...sshArguments(port, keys), command], options);
}
