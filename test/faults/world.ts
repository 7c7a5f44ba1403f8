/**
 * A host of one trial's own: a real sshd on loopback behind a bad network, with its disk, its programs and its holding
 * places. Nothing of it touches this machine's /var/lib/pulumi-xen.
 */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Connection } from "../../provider/remote";
import { type LinkProxy, startLinkProxy } from "../support/link-proxy";
import { type SshServer, type SshServerOptions, startSshServer } from "../support/ssh-server";
import { type Sshd, startSshd } from "../support/sshd";
import { Holds } from "./holds";
import { HostTools } from "./host-tools";
import { signalProcess } from "../../lab/processes";
import { type HostProcess, connectionsOf, processesWith } from "./processes";
import type { PlanSpec } from "./reference-plan";

export interface WorldOptions {
  /** Lines for sshd_config. */
  readonly config?: readonly string[];
  /** What the login shell runs before, or instead: sh text; $SSH_ORIGINAL_COMMAND is what was asked for. */
  readonly login?: string;
  /** The host's disk is a file system of this size, where this machine lets us mount one. */
  readonly diskKiB?: number;
  /** The host has these programs and no others. */
  readonly onlyTools?: readonly string[];
  /** The SSH server in this process instead of sshd: for what a real one does not do on demand. */
  readonly inProcess?: SshServerOptions;
  /** The shell of jobs. */
  readonly shell?: string;
  /** How the user says to get there: wrong, until it is healed. */
  readonly connection?: (connection: Connection, world: World) => Connection;
  /** What the plan is about. */
  readonly plan?: Partial<PlanSpec> | ((world: World) => Partial<PlanSpec>);
}

export class World {
  readonly folder: string;
  readonly disk: string;
  readonly root: string;
  readonly temporary: string;
  /** The first folder in which its login finds programs; only of the server in this process. */
  readonly logins: string;
  readonly holds: Holds;
  readonly tools: HostTools;
  readonly secret = `canary-${randomBytes(6).toString("hex")}`;
  readonly hasSmallDisk: boolean;
  /** The fault is gone: set before the next run. */
  isHealed = false;
  #sshd: Sshd | undefined;
  #server: SshServer | undefined;
  #proxy: LinkProxy | undefined;
  readonly #options: WorldOptions;

  static async start(options: WorldOptions = {}): Promise<World> {
    const world = new World(options);
    await world.#open();
    return world;
  }

  private constructor(options: WorldOptions) {
    this.#options = options;
    this.folder = mkdtempSync(join(tmpdir(), "pulumi-xen-fault-"));
    this.disk = join(this.folder, "disk");
    this.root = join(this.disk, "root");
    this.temporary = join(this.folder, "tmp");
    this.holds = new Holds(join(this.folder, "holds"));
    this.tools = new HostTools(join(this.folder, "tools"), this.holds);
    this.logins = join(this.folder, "logins");
    mkdirSync(this.logins);
    mkdirSync(this.disk);
    mkdirSync(this.temporary);
    this.hasSmallDisk = options.diskKiB !== undefined && mountSmall(this.disk, options.diskKiB);
  }

  async #open(): Promise<void> {
    const path = this.#options.onlyTools === undefined ? this.tools.path : this.tools.only(this.#options.onlyTools);
    const { shell } = this.#options;
    const environment = {
      PULUMI_XEN_ROOT: this.root,
      PULUMI_XEN_PATH: path,
      TMPDIR: this.temporary,
      ...(shell === undefined ? {} : { PULUMI_XEN_SHELL: shell }),
    };
    if (this.#options.inProcess !== undefined) {
      this.#server = await startSshServer({
        ...this.#options.inProcess,
        environment: {
          ...environment,
          PATH: `${this.logins}:${process.env["PATH"] ?? ""}`,
          ...this.#options.inProcess.environment,
        },
      });
    } else {
      const login = this.#options.login;
      this.#sshd = await startSshd({
        environment,
        config: [...(this.#options.config ?? []), ...(login === undefined ? [] : [`ForceCommand ${login}`])],
      });
    }
    this.#proxy = await startLinkProxy((this.#sshd ?? this.server).port);
  }

  get sshd(): Sshd {
    return needed(this.#sshd, "sshd");
  }

  get server(): SshServer {
    return needed(this.#server, "server");
  }

  get proxy(): LinkProxy {
    return needed(this.#proxy, "proxy");
  }

  /** Through the bad network. */
  get connection(): Connection {
    const connection = { ...(this.#sshd ?? this.server).connection, port: this.proxy.port };
    return this.#options.connection?.(connection, this) ?? connection;
  }

  get spec(): PlanSpec {
    return {
      connection: this.connection,
      folder: this.folder,
      disk: this.disk,
      secret: this.secret,
      ...(typeof this.#options.plan === "function" ? this.#options.plan(this) : this.#options.plan),
    };
  }

  /** All that its login ever started and that has not ended. */
  processes(): HostProcess[] {
    return processesWith(`PULUMI_XEN_ROOT=${this.root}`);
  }

  /** sshd's own processes for our connections. */
  connections(): HostProcess[] {
    return connectionsOf(Number(readFileSync(join(this.sshd.folder, "sshd.pid"), "utf8")));
  }

  jobFolder(number = 1): string {
    return join(this.root, "jobs", "domu-guest1", String(number));
  }

  /** Process numbers of the newest job, by role. */
  jobProcesses(): { launcher: number; runner: number } {
    const folder = join(this.root, "jobs", "domu-guest1");
    const newest = Math.max(
      ...readdirSync(folder)
        .filter((name) => /^\d+$/.test(name))
        .map(Number),
    );
    const lines = readFileSync(join(folder, String(newest), "processes"), "utf8").split("\n");
    const of = (role: string): number => Number(lines.find((line) => line.startsWith(role))?.split(" ")[1]);
    return { launcher: of("launcher"), runner: of("runner") };
  }

  /** Until there is no byte left, or until every program that writes says so. */
  fillDisk(): void {
    if (!this.hasSmallDisk) {
      this.tools.say({ writersFailWith: "write error: No space left on device" });
      return;
    }
    const file = openSync(join(this.disk, "fill"), "w");
    for (const bytes of [65_536, 4_096, 512, 1]) {
      try {
        for (;;) writeSync(file, Buffer.alloc(bytes));
      } catch {
        // Full, for this size.
      }
    }
    closeSync(file);
  }

  freeDisk(): void {
    this.tools.say({ writersFailWith: undefined });
    rmSync(join(this.disk, "fill"), { force: true });
  }

  /** The power goes, and comes back: everything has ended, and another boot runs. */
  reboot(): void {
    for (const { pid } of this.processes()) signalProcess(pid, "SIGKILL");
    for (const { pid } of this.connections()) signalProcess(pid, "SIGKILL");
    this.pretendOtherBoot();
  }

  /** What the old boot wrote bears another boot's id. The kernel's own cannot be changed. */
  pretendOtherBoot(): void {
    if (!existsSync(join(this.root, "jobs"))) return;
    execFileSync("/bin/sh", [
      "-c",
      `find "$1"/jobs -name processes -o -path '*/locks/*' -type f | while read -r file; do
  sed -i "s/$(cat /proc/sys/kernel/random/boot_id)/another-boot/" "$file"; done`,
      "sh",
      this.root,
    ]);
  }

  /** There, and without what was in it. */
  empty(file: string): void {
    writeFileSync(file, "");
  }

  async stop(): Promise<void> {
    await this.#proxy?.stop();
    for (const { pid } of this.processes()) signalProcess(pid, "SIGKILL");
    await this.#sshd?.stop();
    await this.#server?.stop();
    if (this.hasSmallDisk) execFileSync("umount", ["-l", this.disk]);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

export function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-xen-mount-"));
  try {
    if (!mountSmall(folder, 64)) return false;
    execFileSync("umount", [folder]);
    return true;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function mountSmall(folder: string, kib: number): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${String(kib)}k`, "tmpfs", folder], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

function needed<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`This world has no ${what}.`);
  return value;
}
