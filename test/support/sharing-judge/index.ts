/** A real file system whose files can share blocks, mounted from a file: by this machine's kernel, so it takes root. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { builtJudge } from "../built-judge";

export const SHARING = ["xfs", "btrfs"] as const;

export interface SharingFolder {
  /** Bytes in use, with what is on its way. */
  readonly used: () => number;
  readonly end: () => void;
}

/** Mounts a new one at `folder`; `missing`: why it cannot be. */
export function sharingFolder(
  type: (typeof SHARING)[number],
  folder: string,
): SharingFolder | { readonly missing: string } {
  if (process.getuid?.() !== 0) return { missing: "mounting takes root" };
  if (!readFileSync("/proc/filesystems", "utf8").split(/\s+/).includes(type))
    return { missing: `this machine's kernel has no ${type}` };
  const judge = builtJudge(join(__dirname, "build.sh"));
  if ("missing" in judge) return judge;
  const root = join(judge.folder, "root");
  const file = `${folder}.${type}`;
  writeFileSync(file, "");
  truncateSync(file, 512 * 1024 ** 2);
  const libraries = ["usr/lib", "lib"].map((place) => join(root, place, "x86_64-linux-gnu")).join(":");
  const mkfs = join(root, "sbin", `mkfs.${type}`);
  execFileSync(mkfs, ["-q", file], { env: { ...process.env, LD_LIBRARY_PATH: libraries } });
  mkdirSync(folder);
  execFileSync("mount", ["-o", "loop", file, folder]);
  return {
    used: () => {
      execFileSync("sync", ["-f", folder]);
      return 1024 * Number(execFileSync("df", ["-k", "--output=used", folder]).toString().split("\n")[1]);
    },
    end: () => {
      execFileSync("umount", [folder]);
      rmSync(file);
    },
  };
}
