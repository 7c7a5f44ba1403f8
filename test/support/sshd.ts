/**
 * A real sshd on loopback, as the user who runs the tests, with its own keys and its own "host" folder. What it starts
 * finds PULUMI_XEN_ROOT in its environment, so that nothing is written into this machine's /var/lib/pulumi-xen.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { freeTcpPort } from "../../lab/host/ports";
import type { Connection } from "../../provider/remote";
import { type Transport, transportOf } from "./transport";

export interface Sshd {
  readonly port: number;
  /** Everything of it: keys, configuration, log. */
  readonly folder: string;
  /** What is /var/lib/pulumi-xen on a real host. */
  readonly root: string;
  readonly connection: Connection;
  readonly log: () => string;
  /** Stops all that serves connections, until the function it returns is called: the link is dark. New ones pass. */
  readonly freeze: () => () => void;
  readonly stop: () => Promise<void>;
}

export interface SshdOptions {
  /** Lines for sshd_config: `MaxSessions 1`. */
  readonly config?: readonly string[];
  /** More environment of what it starts. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly port?: number;
  /** Of its `connection`. */
  readonly transport?: Transport;
}

export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-xen-sshd-"));
  const root = join(folder, "root");
  mkdirSync(root);
  const port = options.port ?? (await freeTcpPort());
  for (const name of ["host", "client"]) {
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", join(folder, name)]);
  }
  writeFileSync(join(folder, "authorized_keys"), readFileSync(join(folder, "client.pub")));
  // Bash under sshd reads the tester's own .bashrc, which may take seconds, unless it takes itself for a shell's child.
  const environment = Object.entries({ PULUMI_XEN_ROOT: root, SHLVL: "2", ...options.environment });
  writeFileSync(
    join(folder, "sshd_config"),
    [
      `Port ${String(port)}`,
      "ListenAddress 127.0.0.1",
      `HostKey ${join(folder, "host")}`,
      `PidFile ${join(folder, "sshd.pid")}`,
      `AuthorizedKeysFile ${join(folder, "authorized_keys")}`,
      "StrictModes no",
      "UsePAM no",
      "PermitRootLogin yes",
      "PasswordAuthentication no",
      "KbdInteractiveAuthentication no",
      "LogLevel VERBOSE",
      `SetEnv ${environment.map(([name, value]) => `"${name}=${value}"`).join(" ")}`,
      ...(options.config ?? []),
      "",
    ].join("\n"),
  );
  // Debian's sshd wants this folder when it is started by root; it is there where ssh runs as a service.
  if (userInfo().uid === 0 && !existsSync("/run/sshd")) mkdirSync("/run/sshd", { mode: 0o755 });
  chmodSync(folder, 0o700);
  const logFile = join(folder, "sshd.log");
  const child = spawn("/usr/sbin/sshd", ["-D", "-f", join(folder, "sshd_config"), "-E", logFile], { stdio: "ignore" });
  await untilListening(port, child, logFile);
  return {
    port,
    folder,
    root,
    connection: {
      host: "127.0.0.1",
      port,
      user: userInfo().username,
      hostKey: readFileSync(join(folder, "host.pub"), "utf8").split(" ").slice(0, 2).join(" ").trim(),
      privateKeyFile: join(folder, "client"),
      transport: transportOf(options),
    },
    log: () => readFileSync(logFile, "utf8"),
    freeze: () => {
      const pids = descendantsOf(Number(child.pid));
      for (const pid of pids) process.kill(pid, "SIGSTOP");
      return () => {
        for (const pid of pids) resume(pid);
      };
    },
    stop: async () => {
      await stopChild(child);
      // What it had started may still be clearing away in there.
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    child.once("exit", () => {
      resolve();
    });
    child.kill("SIGTERM");
  });
}

async function untilListening(port: number, child: ChildProcess, logFile: string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (child.exitCode !== null) throw new Error(`sshd did not start: ${readFileSync(logFile, "utf8")}`);
    const isUp = await new Promise<boolean>((resolve) => {
      const socket = connect({ host: "127.0.0.1", port });
      socket.once("connect", () => {
        socket.destroy();
        resolve(true);
      });
      socket.once("error", () => {
        resolve(false);
      });
    });
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error("sshd does not listen");
}

function descendantsOf(ancestor: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    try {
      const parent = /^\d+ \(.*\) \S (\d+)/s.exec(readFileSync(`/proc/${name}/stat`, "utf8"))?.[1];
      parents.set(Number(name), Number(parent));
    } catch {
      // It has ended.
    }
  }
  const isBelow = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && (parent === ancestor || isBelow(parent));
  };
  return [...parents.keys()].filter(isBelow);
}

function resume(pid: number): void {
  try {
    process.kill(pid, "SIGCONT");
  } catch {
    // It has ended.
  }
}
