/** A file system of its own on a loop device of this machine, with so many MiB; `undefined` where none can be mounted. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, truncateSync, writeFileSync } from "node:fs";
import type { LocalShell } from "./local-shell";
import { note } from "./notes";

export interface SmallDisk {
  readonly folder: string;
  readonly unmount: () => void;
  readonly mount: () => void;
}

export function smallDisk(shell: LocalShell, name: string, mebibytes: number): SmallDisk | undefined {
  const file = shell.at(`${name}.disk`);
  const folder = shell.at(name);
  writeFileSync(file, "");
  truncateSync(file, mebibytes * 1024 ** 2);
  execFileSync("mke2fs", ["-q", "-t", "ext4", "-m", "0", file]);
  mkdirSync(folder);
  const mounted = spawnSync("mount", ["-o", "loop", file, folder], { encoding: "utf8" });
  if (mounted.status !== 0) {
    note(`not run: a file system of its own (${mounted.stderr.trim()})`);
    return undefined;
  }
  return {
    folder,
    unmount: () => void execFileSync("umount", [folder]),
    mount: () => void execFileSync("mount", ["-o", "loop", file, folder]),
  };
}
