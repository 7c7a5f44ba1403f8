/** The machine's size and programs: no figure means anything without them. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";

export function machine(): string {
  const cores = cpus();
  // `ssh -V` speaks on stderr.
  const openssh = spawnSync("ssh", ["-V"]).stderr.toString().split(",")[0]?.trim() ?? "OpenSSH unknown";
  return [
    `${String(cores.length)} cores (${cores[0]?.model.trim() ?? "unknown"})`,
    `${String(Math.round(totalmem() / 1024 ** 3))} GiB of memory`,
    `Linux ${release()}`,
    `TCP ${congestionControl()}`,
    `Node ${process.versions.node}`,
    openssh.replace("_", " "),
  ].join(", ");
}

/** It decides how many round trips a script takes that is longer than the first window. */
function congestionControl(): string {
  try {
    return readFileSync("/proc/sys/net/ipv4/tcp_congestion_control", "utf8").trim();
  } catch {
    return "of unknown congestion control";
  }
}

/** How busy the machine was in the last minute: what else runs is in every figure. */
export function load(): string {
  return (loadavg()[0] ?? 0).toFixed(1);
}
