/**
 * Disks and a watchdog plugged into running hosts.
 */
import { existsSync, truncateSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { withMonitor } from "./qmp";
import type { ToolResult } from "./tool";

export interface DiskPlug {
  /** A raw disk image on this machine. */
  readonly file: string;
  /** Its name in QEMU and its serial number in the host: letters, digits, dashes, at most 20. */
  readonly id: string;
  /** Makes the file, sparse, when there is none. */
  readonly sizeMiB?: number;
}

const appearTimeoutMs = 60_000;

/** A watchdog of the machine (Intel 6300ESB), which resets it; it stays plugged in over a reset of the machine. */
export async function plugWatchdog(
  host: { run(command: string): Promise<ToolResult> },
  monitorSocket: string,
): Promise<void> {
  await withMonitor(monitorSocket, (monitor) => monitor.execute("device_add", { driver: "i6300esb", id: "watchdog" }));
  const deadline = Date.now() + appearTimeoutMs;
  while ((await host.run("grep -q 6300 /sys/class/watchdog/watchdog0/identity")).exitCode !== 0) {
    if (Date.now() > deadline) throw new Error("The watchdog did not appear as /dev/watchdog0 within 60 s.");
    await sleep(200);
  }
}

export async function plugDisk(
  host: { run(command: string): Promise<ToolResult> },
  monitorSocket: string,
  plug: DiskPlug,
): Promise<string> {
  if (!/^[a-z][a-z0-9-]{0,19}$/i.test(plug.id)) {
    throw new Error(`A disk's id has letters, digits and dashes, at most 20; given: ${JSON.stringify(plug.id)}.`);
  }
  const file = resolve(plug.file);
  if (!existsSync(file)) {
    if (plug.sizeMiB === undefined)
      throw new Error(`There is no disk image ${file}, and no size was given to make one.`);
    writeFileSync(file, "");
    truncateSync(file, plug.sizeMiB * 1024 * 1024);
  }
  await withMonitor(monitorSocket, async (monitor) => {
    await monitor.execute("blockdev-add", {
      driver: "raw",
      "node-name": plug.id,
      // Not locked: the other host of a shared disk holds it open too.
      file: { driver: "file", filename: file, locking: "off" },
    });
    await monitor.execute("device_add", {
      driver: "virtio-blk-pci",
      id: `${plug.id}-card`,
      drive: plug.id,
      serial: plug.id,
      "share-rw": true,
    });
  });
  const path = `/dev/disk/by-id/virtio-${plug.id}`;
  const deadline = Date.now() + appearTimeoutMs;
  while ((await host.run(`test -b ${path}`)).exitCode !== 0) {
    if (Date.now() > deadline) throw new Error(`The disk ${plug.id} did not appear as ${path} within 60 s.`);
    await sleep(200);
  }
  return path;
}
