/**
 * A frozen host: a disk image that was booted once and whose whole running state was then written to a file. A clone of
 * it runs within seconds, where booting takes a minute.
 */
import { createHash } from "node:crypto";
import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { withBuildLock } from "./build-lock";
import { buildFolder } from "./drafts";
import { type HostChoice, describeChoice } from "./host-choice";
import { ensureHostImage, seconds, type HostImage, type Report } from "./host-image";
import { onInterruption } from "./interruption";
import { cacheFolder, makePrivateFolder } from "./places";
import { freeTcpPort } from "./ports";
import { defaultShape, qemuArguments, type MachineOptions } from "./qemu-arguments";
import { monitorPath, pidFile, qemuBinary, startQemu, stopQemu } from "./qemu-process";
import { withMonitor } from "./qmp";
import { statusOf } from "./qmp-messages";
import { runOverSsh, type LabKeys, type Login } from "./ssh";
import { runTool } from "./tool";

export interface FrozenHost extends HostChoice {
  readonly id: string;
  /** The backing file of every clone. */
  readonly diskFile: string;
  /** With GRUB legacy: that of the small disk it boots from. */
  readonly bootDiskFile: string | undefined;
  /** QEMU's state, zstd. */
  readonly stateFile: string;
  readonly keys: LabKeys;
}

/** 40 s on two idle cores; with thirty processes at work there, 900 s were not enough for a host with Xen. */
const bootTimeoutSeconds = 1800;

/**
 * The frozen host of this kind and suite, made now if the cache has none: builds the image, boots it once and freezes it.
 * What an interrupted call has finished is kept. A second process waits for the first.
 * @param report is given a line for people at each stage.
 */
export async function ensureFrozen(choice: HostChoice, report: Report = () => undefined): Promise<FrozenHost> {
  const image = await ensureHostImage(choice, report);
  const id = `${image.id}-${await machineVersion(image)}`;
  const folder = join(cacheFolder(), "frozen", id);
  const frozen: FrozenHost = {
    ...choice,
    id,
    diskFile: join(folder, "disk.qcow2"),
    bootDiskFile: image.bootDiskFile === undefined ? undefined : join(folder, "boot.qcow2"),
    stateFile: join(folder, "state.zst"),
    keys: image.keys,
  };
  if (existsSync(frozen.stateFile)) return frozen;
  makePrivateFolder(join(cacheFolder(), "frozen"));
  await withBuildLock(`${folder}.lock`, `the frozen ${describeChoice(choice)} host`, report, async () => {
    if (!existsSync(frozen.stateFile)) await build(image, folder, report);
  });
  return frozen;
}

async function build(image: HostImage, folder: string, report: Report): Promise<void> {
  const startedAt = Date.now();
  report(`Booting the ${describeChoice(image)} host once.`);
  await buildFolder(folder, async (draft) => {
    await makeOverlays(image, "raw", draft);
    const sshPort = await freeTcpPort();
    // stopQemu sends its signal before it waits for anything, which is all an ending process can do.
    const callOff = onInterruption(() => void stopQemu(draft));
    try {
      await startQemu(draft, qemuArguments(frozenMachine(image, draft, sshPort)));
      await waitForBoot(image, sshPort);
      report(`Booted in ${seconds(startedAt)} s; freezing it.`);
      await freeze(draft);
    } finally {
      callOff();
      await stopQemu(draft);
    }
    for (const name of ["console.log", "qemu.log", "qmp.sock"]) rmSync(join(draft, name), { force: true });
  });
  report(`Frozen after ${seconds(startedAt)} s.`);
}

async function waitForBoot(image: HostImage, sshPort: number): Promise<void> {
  const ready = image.kind === "xen" ? "xl list >/dev/null" : "true";
  await waitForCommand(sshPort, image.keys, ready, bootTimeoutSeconds);
  // "degraded" is an answer too (exit code 1); what counts is that nothing is being started any more.
  const settled = "systemctl is-system-running --wait; sync";
  await runOverSsh(sshPort, image.keys, settled, { timeoutSeconds: bootTimeoutSeconds });
}

/** Writes the state of the machine in `folder` to state.zst there. The machine is stopped and must not go on. */
async function freeze(folder: string): Promise<void> {
  await withMonitor(
    monitorPath(folder),
    async (monitor) => {
      await monitor.execute("stop");
      await monitor.execute("migrate-set-parameters", { "max-bandwidth": 10_000_000_000 });
      // A real file: QEMU needs to know that the end was reached. The path is relative, so it needs no quoting.
      await monitor.execute("migrate", { uri: "exec:zstd -q -1 -T2 > state.draft" });
      for (;;) {
        const status = statusOf(await monitor.execute("query-migrate"));
        if (status === "completed") return;
        if (status === "failed" || status === "cancelled")
          throw new Error(`QEMU could not write its state: ${status}.`);
        await sleep(100);
      }
    },
    300,
  );
  await stopQemu(folder);
  renameSync(join(folder, "state.draft"), join(folder, "state.zst"));
}

function frozenMachine({ bootDiskFile }: HostImage, folder: string, sshPort: number): MachineOptions {
  return {
    name: "frozen",
    shape: defaultShape,
    sshPort,
    pidFile: pidFile(folder),
    forwards: [],
    hasBootDisk: bootDiskFile !== undefined,
    isIncoming: false,
  };
}

/** A state fits only the QEMU and the machine that wrote it. */
async function machineVersion(image: HostImage): Promise<string> {
  const qemu = (await runTool(qemuBinary, ["--version"])).split("\n")[0] ?? "";
  const shape = qemuArguments(frozenMachine(image, "/", 0)).join(" ");
  return createHash("sha256").update(qemu).update(shape).digest("hex").slice(0, 8);
}

/** Fresh disks of a machine in `folder`, under the names that qemu-arguments.ts gives them. */
export async function makeOverlays(
  backing: { readonly diskFile: string; readonly bootDiskFile?: string | undefined },
  format: "raw" | "qcow2",
  folder: string,
): Promise<void> {
  for (const [below, name] of [
    [backing.diskFile, "disk.qcow2"],
    [backing.bootDiskFile, "boot.qcow2"],
  ] as const) {
    if (below === undefined) continue;
    rmSync(join(folder, name), { force: true });
    await runTool("qemu-img", ["create", "-q", "-f", "qcow2", "-F", format, "-b", below, join(folder, name)]);
  }
}

/**
 * Waits until `command` ends with 0 on the host.
 * @throws Error after `timeoutSeconds`, with what was seen last.
 */
export async function waitForCommand(
  port: number,
  keys: Login,
  command: string,
  timeoutSeconds: number,
): Promise<void> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  let last = "";
  while (Date.now() < deadline) {
    try {
      const result = await runOverSsh(port, keys, command, { timeoutSeconds: 45 });
      if (result.exitCode === 0) return;
      last = `exit code ${result.exitCode}: ${result.stderr.trim()}`;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    await sleep(200);
  }
  throw new Error(
    `The lab host on port ${port} did not get ready within ${timeoutSeconds} s (\`${command}\`: ${last}).`,
  );
}
