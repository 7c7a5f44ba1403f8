/**
 * A volume group of the real LVM on a disk of a test (lvm-tool.py says what stands for the kernel's device-mapper). Its volumes are real
 * block devices below /dev of this machine, in a group of a name of its own, so it takes root; `end` removes them.
 */
import { execFileSync, spawnSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { builtJudge } from "../built-judge";
import type { LocalShell } from "../local-shell";

const TOOLS = [
  "lvs",
  "vgs",
  "pvs",
  "lvcreate",
  "lvextend",
  "lvremove",
  "lvrename",
  "lvchange",
  "lvconvert",
  "vgcreate",
  "vgchange",
  "vgexport",
  "vgimport",
  "vgrename",
];

export interface VolumeGroup {
  readonly name: string;
  /** What an operator types: `operate("lvrename", …)`. */
  readonly operate: (tool: string, ...words: readonly string[]) => string;
  /** From now on this snapshot, GROUP/NAME, has had more written beside it than it has room for. */
  readonly overflow: (snapshot: string) => void;
  /** Whether the merges that begin come to their end; and whether LVM begins any. */
  readonly merges: (how: "at once" | "slowly" | "never") => void;
  readonly end: () => void;
}

let count = 0;

/** Makes the group with so many MiB, and has the shell find LVM's tools; `missing`: why it cannot be. */
export function volumeGroup(shell: LocalShell, mebibytes: number): VolumeGroup | { readonly missing: string } {
  if (process.getuid?.() !== 0) return { missing: "block devices take root" };
  const judge = builtJudge(join(__dirname, "build.sh"));
  if ("missing" in judge) return judge;
  const folder = shell.at("lvm");
  const bin = join(folder, "bin");
  mkdirSync(bin, { recursive: true });
  mkdirSync(join(folder, "etc"));
  mkdirSync(join(folder, "run"));
  symlinkSync(join(judge.folder, "root"), join(folder, "root"));
  for (const tool of TOOLS) {
    copyFileSync(join(__dirname, "lvm-tool.py"), join(bin, tool));
    chmodSync(join(bin, tool), 0o755);
  }
  const file = shell.at("lvm-disk");
  writeFileSync(file, "");
  truncateSync(file, mebibytes * 1024 ** 2);
  const attached = spawnSync("losetup", ["--find", "--show", file], { encoding: "utf8" });
  if (attached.status !== 0) return { missing: `no loop device: ${attached.stderr.trim()}` };
  const disk = attached.stdout.trim();
  writeFileSync(join(folder, "etc", "lvm.conf"), configuration(folder, disk));
  const name = `pxt${String(process.pid)}n${String(count++)}`;
  const operate = (tool: string, ...words: readonly string[]): string =>
    execFileSync(join(bin, tool), words, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  operate("vgcreate", name, disk);
  shell.path = `${bin}:${process.env["PATH"] ?? ""}`;
  const overflow = (snapshot: string): void => appendFileSync(join(folder, "overflowed"), `${snapshot}\n`);
  const merges = (how: "at once" | "slowly" | "never"): void => {
    for (const [file, when] of [
      ["merges-slowly", "slowly"],
      ["refuses-merges", "never"],
    ] as const)
      if (how === when) writeFileSync(join(folder, file), "");
      else rmSync(join(folder, file), { force: true });
  };
  const end = (): void => {
    const loops = join(folder, "loops");
    const lines = existsSync(loops) ? readFileSync(loops, "utf8").trim().split("\n") : [];
    for (const line of lines.filter((each) => each !== "")) {
      const words = line.split(" ");
      spawnSync("losetup", ["-d", words[1] ?? ""]);
      spawnSync("rm", ["-f", words[5] ?? ""]);
      spawnSync("rmdir", [join(words[5] ?? "", "..")]);
    }
    spawnSync("losetup", ["-d", disk]);
  };
  return { name, operate, overflow, merges, end };
}

/** It sees this disk alone, locks and keeps nothing of this machine's. */
function configuration(folder: string, disk: string): string {
  return `global { locking_dir="${folder}/run" event_activation=0 use_lvmpolld=0 thin_check_executable="" etc="${folder}/etc" }
activation { udev_sync=0 udev_rules=0 monitoring=0 }
devices { use_devicesfile=0 filter=["a|^${disk}$|","r|.*|"] hints="none" obtain_device_list_from_udev=0 external_device_info_source="none" }
backup { backup=0 archive=0 backup_dir="${folder}/etc/backup" archive_dir="${folder}/etc/archive" }
`;
}
