/**
 * A real sshd with the system's defaults and keys of its own. What it starts finds an empty home and its own place for
 * jobs, so that neither this machine's .bashrc nor its /var/lib/pulumi-xen has a part in it.
 */
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { onInterruption } from "../../../lab/host/interruption";
import { freeTcpPort } from "../../../lab/host/ports";
import { endChildren } from "./end-children";

export interface ServerOptions {
  /** Lines for sshd_config: `MaxSessions 1`. */
  readonly config?: readonly string[];
  /** More environment of what it starts. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Where clients reach it, and as whom. */
export interface Server {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly privateKeyFile: string;
  /** `ssh-ed25519 AAAA…` */
  readonly hostKey: string;
  /** The same for OpenSSH's clients. */
  readonly knownHostsFile: string;
  /** Everything of it; the host's side may use it as well. */
  readonly folder: string;
  readonly log: () => string;
  readonly stop: () => Promise<void>;
}

export interface Sshd extends Server {
  /** The same server as its clients see it through a proxy. */
  readonly reachedAt: (port: number) => Server;
}

export interface Place {
  /** In which its own folder is made. */
  readonly folder: string;
  readonly address: string;
  /** Words before the command line that bring it into its network namespace. */
  readonly within?: readonly string[];
}

export async function startSshd(place: Place, options: ServerOptions): Promise<Sshd> {
  const folder = mkdtempSync(join(place.folder, "sshd-"));
  for (const name of ["root", "home"]) mkdirSync(join(folder, name));
  for (const name of ["host", "client"]) {
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", join(folder, name)]);
  }
  writeFileSync(join(folder, "authorized_keys"), readFileSync(join(folder, "client.pub")));
  const hostKey = readFileSync(join(folder, "host.pub"), "utf8").split(" ").slice(0, 2).join(" ").trim();
  const port = await freeTcpPort();
  const config = join(folder, "sshd_config");
  writeFileSync(config, sshdConfig(folder, place.address, port, options));
  // Debian's sshd wants this folder when it is started by root; it is there where ssh runs as a service.
  if (userInfo().uid === 0 && !existsSync("/run/sshd")) mkdirSync("/run/sshd", { mode: 0o755 });
  chmodSync(folder, 0o700);
  const logFile = join(folder, "sshd.log");
  const [command, ...args] = [...(place.within ?? []), "/usr/sbin/sshd", "-D", "-f", config, "-E", logFile];
  const child = spawn(command ?? "", args, { stdio: "ignore" });
  const callOff = onInterruption(() => child.kill("SIGTERM"));
  const log = (): string => (existsSync(logFile) ? readFileSync(logFile, "utf8") : "");
  // Not by connecting: sshd counts those who leave before they log in.
  for (let tries = 0; !log().includes("Server listening on"); tries += 1) {
    if (child.exitCode !== null || tries > 400) throw new Error(`sshd did not start: ${log()}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  const reachedAt = (seenPort: number): Server => {
    const knownHostsFile = join(folder, `known_hosts.${String(seenPort)}`);
    writeFileSync(knownHostsFile, `[${place.address}]:${String(seenPort)} ${hostKey}\n`);
    return {
      address: place.address,
      port: seenPort,
      user: userInfo().username,
      privateKeyFile: join(folder, "client"),
      hostKey,
      knownHostsFile,
      folder,
      log,
      stop: async () => {
        await endChildren(child);
        callOff();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  };
  return { ...reachedAt(port), reachedAt };
}

function sshdConfig(folder: string, address: string, port: number, options: ServerOptions): string {
  const environment = Object.entries({
    HOME: join(folder, "home"),
    PULUMI_XEN_ROOT: join(folder, "root"),
    ...options.environment,
  });
  return [
    `Port ${String(port)}`,
    `ListenAddress ${address}`,
    `HostKey ${join(folder, "host")}`,
    `PidFile ${join(folder, "sshd.pid")}`,
    `AuthorizedKeysFile ${join(folder, "authorized_keys")}`,
    "StrictModes no",
    "UsePAM no",
    "PermitRootLogin yes",
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    // One line for each session that begins.
    "LogLevel VERBOSE",
    `SetEnv ${environment.map(([name, value]) => `"${name}=${value}"`).join(" ")}`,
    ...(options.config ?? []),
    "",
  ].join("\n");
}
