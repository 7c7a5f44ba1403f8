/**
 * A running lab host, as tests, the quickstart and the command line see it.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";

import { startClone } from "./clone";
import { plugDisk, plugWatchdog, type DiskPlug } from "./hot-plug";
import { readRecord, recordedNames, writeRecord, type HostRecord } from "./host-record";
import { BOOT_LOADERS, NETWORKS, type BootLoader, type HostKind, type HostNetwork, type Suite } from "./host-choice";
import { hostFolder } from "./places";
import { freeTcpPort } from "./ports";
import { forwardRule, type Forward, type ForwardRequest } from "./qemu-arguments";
import { monitorPath, runningPid, stopQemu } from "./qemu-process";
import { withMonitor } from "./qmp";
import { runOverSsh, sshArguments } from "./ssh";
import type { ToolResult } from "./tool";

export class LabHost {
  private record: HostRecord;

  constructor(record: HostRecord) {
    this.record = record;
  }

  readonly user = "root";

  get name(): string {
    return this.record.name;
  }

  get kind(): HostKind {
    return this.record.kind;
  }

  get suite(): Suite {
    return this.record.suite;
  }

  get network(): HostNetwork {
    return this.record.network ?? NETWORKS[0];
  }

  get boot(): BootLoader {
    return this.record.boot ?? BOOT_LOADERS[0];
  }

  get storage(): boolean {
    return this.record.storage ?? false;
  }

  /** SSH listens on 127.0.0.1 at this port. */
  get sshPort(): number {
    return this.record.sshPort;
  }

  get privateKeyFile(): string {
    return this.record.keys.privateKeyFile;
  }

  /** `ssh-ed25519 AAAA…`: known before the host ever ran, so clients can pin it. */
  get hostKey(): string {
    return this.record.keys.hostKey;
  }

  get machineId(): string {
    return this.record.machineId;
  }

  get forwards(): readonly Forward[] {
    return this.record.forwards;
  }

  /** What the host wrote to its serial port: BIOS, GRUB, Xen, Linux. */
  get consoleLog(): string {
    return join(hostFolder(this.name), "console.log");
  }

  /** The pid of its QEMU, or nothing when it does not run. */
  get pid(): number | undefined {
    return runningPid(hostFolder(this.name));
  }

  isRunning(): boolean {
    return this.pid !== undefined;
  }

  /** The words of a shell command line that logs in; more words are a command. */
  get sshCommand(): readonly string[] {
    return ["ssh", ...sshArguments(this.sshPort, this.record.keys)];
  }

  /**
   * Runs `command` in root's shell through the plain `ssh` program.
   * @param options.timeoutSeconds default 60.
   * @throws ToolError when it does not end in time. Any exit code is an answer; 255 also means: no session.
   */
  run(
    command: string,
    options: { readonly timeoutSeconds?: number; readonly input?: string } = {},
  ): Promise<ToolResult> {
    return runOverSsh(this.sshPort, this.record.keys, command, { timeoutSeconds: 60, ...options });
  }

  /**
   * Back to the frozen state within seconds: memory, disk, guests. Same ports, forwards, link and machine id; disks
   * plugged in since are gone.
   */
  async reset(): Promise<void> {
    await stopQemu(hostFolder(this.name));
    await startClone(this.record);
  }

  /** Adds a forward to the running host, kept by {@link reset}. */
  async forward(request: ForwardRequest): Promise<Forward> {
    const forward: Forward = { ...request, hostPort: request.hostPort ?? (await freeTcpPort()) };
    await withMonitor(monitorPath(hostFolder(this.name)), async (monitor) => {
      const answer = await monitor.execute("human-monitor-command", {
        "command-line": `hostfwd_add n0 ${forwardRule(forward)}`,
      });
      // The human monitor has no exit code: silence is success.
      if (typeof answer === "string" && answer.trim() !== "") throw new Error(`QEMU refused: ${answer.trim()}`);
    });
    this.record = { ...this.record, forwards: [...this.record.forwards, forward] };
    writeRecord(this.record);
    return forward;
  }

  /**
   * Plugs a raw disk into the running host and waits until the host shows it. The same file may be plugged into two
   * hosts: a SAN of one disk.
   * @returns its path on the host, such as /dev/disk/by-id/virtio-lun0.
   */
  plugDisk(plug: DiskPlug): Promise<string> {
    return plugDisk(this, monitorPath(hostFolder(this.name)), plug);
  }

  /** Gives the running machine a watchdog, and waits until the host has its driver. */
  plugWatchdog(): Promise<void> {
    return plugWatchdog(this, monitorPath(hostFolder(this.name)));
  }

  /** Switches the host off and removes everything of it. Nothing to do is success. */
  async stop(): Promise<void> {
    const folder = hostFolder(this.name);
    await stopQemu(folder);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The lab host of this name, running or not; nothing where there is none. */
export function findHost(name: string): LabHost | undefined {
  const record = readRecord(name);
  return record === undefined ? undefined : new LabHost(record);
}

export function listHosts(): LabHost[] {
  return recordedNames().flatMap((name) => findHost(name) ?? []);
}
