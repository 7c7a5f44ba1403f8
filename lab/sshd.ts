/**
 * A real sshd of this machine, with the system's defaults and keys of its own, in one folder. What it starts finds an empty
 * home and its own place for jobs, so that neither this machine's .bashrc nor its /var/lib/pulumi-xen has a part in it.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freeTcpPort } from "./host/ports";

export interface SshdOptions {
  /** In which its own folder is made. Default: the system's place for temporary files. */
  readonly place?: string;
  /** Default 127.0.0.1. */
  readonly address?: string;
  /** Default: a free one. */
  readonly port?: number;
  /** Lines for sshd_config: `MaxSessions 1`. */
  readonly config?: readonly string[];
  /** More environment of what it starts. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Words before its command line: `nsenter --net=…`. */
  readonly within?: readonly string[];
}

export interface Sshd {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly privateKeyFile: string;
  /** `ssh-ed25519 AAAA…` */
  readonly hostKey: string;
  /** Everything of it: keys, configuration, log. */
  readonly folder: string;
  /** What is /var/lib/pulumi-xen on a real host. */
  readonly root: string;
  readonly process: ChildProcess;
  readonly log: () => string;
  /** Its folder, once it has ended. */
  readonly clear: () => void;
}

/** @throws Error with sshd's own words where it does not start. */
export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const { address = "127.0.0.1", port = await freeTcpPort(), within = [] } = options;
  const folder = mkdtempSync(join(options.place ?? tmpdir(), "pulumi-xen-sshd-"));
  chmodSync(folder, 0o700);
  const root = join(folder, "root");
  for (const path of [root, join(folder, "home")]) mkdirSync(path);
  for (const name of ["host", "client"]) {
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", join(folder, name)]);
  }
  writeFileSync(join(folder, "authorized_keys"), readFileSync(join(folder, "client.pub")));
  const config = join(folder, "sshd_config");
  writeFileSync(config, configuration(folder, address, port, options));
  // Debian's sshd wants this folder when it is started by root; it is there where ssh runs as a service.
  if (userInfo().uid === 0 && !existsSync("/run/sshd")) mkdirSync("/run/sshd", { mode: 0o755 });
  const logFile = join(folder, "sshd.log");
  const log = (): string => (existsSync(logFile) ? readFileSync(logFile, "utf8") : "");
  const [command = "", ...args] = [...within, "/usr/sbin/sshd", "-D", "-f", config, "-E", logFile];
  const child = spawn(command, args, { stdio: "ignore" });
  // Not by connecting: sshd counts those who leave before they log in.
  for (let tries = 0; !log().includes("Server listening on"); tries += 1) {
    if (child.exitCode !== null || tries > 400) throw new Error(`sshd did not start: ${log()}`);
    await pause(25);
  }
  return {
    address,
    port,
    user: userInfo().username,
    privateKeyFile: join(folder, "client"),
    hostKey: readFileSync(join(folder, "host.pub"), "utf8").split(" ").slice(0, 2).join(" ").trim(),
    folder,
    root,
    process: child,
    log,
    // What it had started may still be clearing away in there.
    clear: () => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }),
  };
}

function configuration(folder: string, address: string, port: number, options: SshdOptions): string {
  const environment = Object.entries({
    HOME: join(folder, "home"),
    PULUMI_XEN_ROOT: join(folder, "root"),
    ...options.environment,
  });
  return [
    `Port ${port}`,
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
