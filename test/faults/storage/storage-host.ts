/**
 * The host of a trial: a real sshd of this machine on loopback, behind a bad network, in a mount namespace in which /var/lib is a small
 * disk of its own. Its power can be cut: it then boots again from what its disk has, under the same address. Needs root.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endProcess, signalProcess } from "../../../lab/processes";
import type { Sshd } from "../../../lab/sshd";
import { startSshd } from "../../../lab/sshd";
import type { Connection } from "../../../provider/remote";
import { until } from "../../support/eventually";
import { type LinkProxy, startLinkProxy } from "../../support/link-proxy";
import type { Transport } from "../../support/transport";
import { type HostProcess, connectionsOf, processesWith } from "../processes";
import { Places } from "./places";
import { SmallDisk } from "./small-disk";

/** What the host's places are inside: the disk, /run that a boot empties, the number of this boot. */
const ENTER = `mount --bind "$1" /var/lib && mount -t tmpfs run /run && mkdir /run/sshd &&
mount --bind "$2" /proc/sys/kernel/random/boot_id && shift 2 && exec "$@"`;

export class StorageHost {
  readonly disk: SmallDisk;
  readonly places: Places;
  readonly temporary: string;
  /** Of the machine that runs Pulumi. */
  readonly local: string;
  readonly #mark = `PULUMI_XEN_FAULT=${randomBytes(6).toString("hex")}`;
  readonly #folder = mkdtempSync(join(tmpdir(), "pulumi-xen-storage-"));
  readonly #bootId: string;
  readonly #transport: Transport;
  #sshd: Sshd | undefined;
  #process: ChildProcess | undefined;
  #proxy: LinkProxy | undefined;

  static async start(transport: Transport): Promise<StorageHost> {
    const host = new StorageHost(transport);
    await host.#open();
    return host;
  }

  private constructor(transport: Transport) {
    this.#transport = transport;
    this.disk = new SmallDisk(this.#folder);
    this.places = new Places(this.#folder);
    this.temporary = join(this.#folder, "tmp");
    this.local = join(this.#folder, "local");
    this.#bootId = join(this.#folder, "boot-id");
    mkdirSync(this.temporary);
    mkdirSync(join(this.disk.folder, "xen"));
  }

  get #within(): readonly string[] {
    writeFileSync(this.#bootId, `${randomUUID()}\n`);
    return ["unshare", "--mount", "--propagation", "private", "sh", "-c", ENTER, "sh", this.disk.folder, this.#bootId];
  }

  async #open(): Promise<void> {
    const [name = "", value = ""] = this.#mark.split("=");
    this.#sshd = await startSshd({
      place: this.#folder,
      within: this.#within,
      environment: {
        PULUMI_XEN_ROOT: "/var/lib/pulumi-xen",
        PULUMI_XEN_PATH: this.places.path,
        TMPDIR: this.temporary,
        [name]: value,
      },
    });
    this.#process = this.#sshd.process;
    this.#proxy = await startLinkProxy(this.#sshd.port);
  }

  get proxy(): LinkProxy {
    return needed(this.#proxy);
  }

  get connection(): Connection {
    const { address, user, hostKey, privateKeyFile } = needed(this.#sshd);
    return { host: address, port: this.proxy.port, user, hostKey, privateKeyFile, transport: this.#transport };
  }

  /** A path of the disk, as this machine sees it. */
  at(...parts: string[]): string {
    return join(this.disk.folder, ...parts);
  }

  /** All that its login ever started and that has not ended. */
  processes(): HostProcess[] {
    return processesWith(this.#mark);
  }

  /** Of a job, not the shell that answers questions. */
  killAll(): void {
    for (const { pid } of this.processes()) signalProcess(pid, "SIGKILL");
  }

  /** The power goes and comes back. */
  async losePower(keepsNames: boolean): Promise<void> {
    for (const { pid } of this.processes()) signalProcess(pid, "SIGSTOP");
    const sshd = needed(this.#sshd);
    const log = join(sshd.folder, "sshd.log");
    const ended = this.processes();
    const connections = connectionsOf(Number(readFileSync(join(sshd.folder, "sshd.pid"), "utf8")));
    const before = readFileSync(log, "utf8").length;
    await this.proxy.vanish();
    this.disk.cutPower(keepsNames);
    for (const { pid } of [...ended, ...connections]) signalProcess(pid, "SIGKILL");
    await endProcess(needed(this.#process));
    rmSync(this.temporary, { recursive: true, force: true });
    mkdirSync(this.temporary);
    const [command = "", ...args] = [
      ...this.#within,
      "/usr/sbin/sshd",
      "-D",
      "-f",
      join(sshd.folder, "sshd_config"),
      "-E",
      log,
    ];
    this.#process = spawn(command, args, { stdio: "ignore" });
    await until("sshd is there again", () => readFileSync(log, "utf8").slice(before).includes("Server listening on"));
    await this.proxy.appear();
  }

  async stop(): Promise<void> {
    await this.#proxy?.stop();
    this.killAll();
    if (this.#process !== undefined) await endProcess(this.#process);
    this.disk.stop();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  /** Every name on the disk but what jobs leave while an object lives, with a slash behind a folder's. */
  listing(): readonly string[] {
    return namesIn(this.disk.folder, "").filter((name) => !/^pulumi-xen\/jobs\/./.test(name));
  }
}

function namesIn(folder: string, before: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const name = `${before}${entry.name}`;
      return entry.isDirectory() ? [`${name}/`, ...namesIn(join(folder, entry.name), `${name}/`)] : [name];
    })
    .toSorted();
}

function needed<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("This host was not started.");
  return value;
}
