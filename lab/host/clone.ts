/**
 * Starting the machine of a clone from a frozen state, and making it a machine of its own.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { makeOverlays, waitForCommand } from "./frozen-host";
import { writeRecord, type HostRecord } from "./host-record";
import { hostFolder } from "./places";
import { defaultShape, linkCardAddress, qemuArguments } from "./qemu-arguments";
import { monitorPath, pidFile, startQemu } from "./qemu-process";
import { withMonitor } from "./qmp";
import { statusOf } from "./qmp-messages";
import { runOverSsh } from "./ssh";

/** Three seconds on an idle machine; half a minute was seen on one with ten times the work it can do. */
const thawTimeoutSeconds = 300;

/** Starts the machine of `record` on a fresh disk from the frozen state. Its folder exists and nothing runs in it. */
export async function startClone(record: HostRecord): Promise<void> {
  const folder = hostFolder(record.name);
  writeRecord(record);
  await makeOverlays(record.frozen, "qcow2", folder);
  await startQemu(
    folder,
    qemuArguments({
      ...record,
      shape: defaultShape,
      pidFile: pidFile(folder),
      hasBootDisk: record.frozen.bootDiskFile !== undefined,
      isIncoming: true,
    }),
  );
  try {
    await loadState(folder, record.frozen.stateFile);
  } catch (error) {
    const log = readFileSync(join(folder, "qemu.log"), "utf8").trim();
    throw new Error(`The lab host "${record.name}" could not be thawed: ${String(error)}\n${log}`, { cause: error });
  }
  await waitForCommand(record.sshPort, record.keys, "true", thawTimeoutSeconds);
  await individualise(record);
}

async function loadState(folder: string, stateFile: string): Promise<void> {
  await withMonitor(
    monitorPath(folder),
    async (monitor) => {
      const quoted = `'${stateFile.replaceAll("'", `'\\''`)}'`;
      await monitor.execute("migrate-incoming", { uri: `exec:zstd -q -dc ${quoted}` });
      for (;;) {
        const status = statusOf(await monitor.execute("query-status"));
        if (status === "running") return;
        // It was stopped when it was frozen, so it comes back stopped.
        if (status === "paused") await monitor.execute("cont");
        await sleep(50);
      }
    },
    thawTimeoutSeconds,
  );
}

/**
 * Makes a clone a machine of its own: the time of now instead of that of the freeze, its own host name, machine id (from
 * which bridges derive their addresses) and address of the second card, lest two clones on one link answer to the same.
 */
async function individualise(record: HostRecord): Promise<void> {
  const card = linkAddress(record.machineId);
  const script = [
    "set -e",
    `date -s @${(Date.now() / 1000).toFixed(3)} >/dev/null`,
    `echo ${record.name} > /etc/hostname; hostname ${record.name}`,
    `sed -i 's/^127\\.0\\.1\\.1 .*/127.0.1.1 ${record.name}/' /etc/hosts`,
    // journalctl looks only below the current id.
    `read -r old < /etc/machine-id; echo ${record.machineId} > /etc/machine-id`,
    `for d in /run/log/journal /var/log/journal; do if [ -d $d/$old ]; then mv $d/$old $d/${record.machineId}; fi; done`,
    "mkdir -p /etc/systemd/network",
    `printf '[Match]\\nPermanentMACAddress=${linkCardAddress}\\n[Link]\\nMACAddress=${card}\\n' > /etc/systemd/network/10-lab-link.link`,
    `ip link set eth1 address ${card}`,
    // Its DHCP client calls itself after the machine id that it began with.
    "systemctl try-restart systemd-networkd.service",
  ].join("\n");
  const result = await runOverSsh(record.sshPort, record.keys, script, { timeoutSeconds: 60 });
  if (result.exitCode !== 0) throw new Error(`The lab host "${record.name}" could not be set up: ${result.stderr}`);
}

function linkAddress(machineId: string): string {
  const bytes = createHash("sha256").update(machineId).digest();
  return ["52", "54", "00", ...[...bytes.subarray(0, 3)].map((byte) => byte.toString(16).padStart(2, "0"))].join(":");
}
