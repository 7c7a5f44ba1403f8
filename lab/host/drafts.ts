/**
 * Things in the cache are built beside their place and moved there when they are whole.
 */
import { readFileSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { makePrivateFolder } from "./places";
import { stopQemu } from "./qemu-process";
import { runTool } from "./tool";

const mark = ".building.";

/**
 * Calls `build` with an empty folder and moves it to `folder` when it is done. The caller holds the lock of `folder`, so
 * drafts that lie there are those of builds that were killed; they are cleared away, with a QEMU one may have left.
 */
export async function buildFolder(folder: string, build: (draft: string) => Promise<void>): Promise<void> {
  const parent = dirname(folder);
  for (const name of readdirSync(parent).filter((entry) => entry.startsWith(basename(folder) + mark))) {
    await stopQemu(join(parent, name));
    await unmountBelow(join(parent, name));
    rmSync(join(parent, name), { recursive: true, force: true });
  }
  // Of its own for each process: what a killed build may still be writing into is another one.
  const draft = makePrivateFolder(`${folder}${mark}${process.pid}`);
  await build(draft);
  renameSync(draft, folder);
}

/**
 * A killed mmdebstrap leaves /proc, /sys and /dev of its folder mounted. Removing must never reach into those.
 * @throws Error where one cannot be unmounted.
 */
async function unmountBelow(folder: string): Promise<void> {
  for (const place of mountsBelow(folder, readFileSync("/proc/self/mounts", "utf8"))) await runTool("umount", [place]);
}

/** The innermost first. Exported for its test. */
export function mountsBelow(folder: string, mounts: string): string[] {
  return mounts
    .split("\n")
    .map((line) =>
      (line.split(" ")[1] ?? "").replace(/\\([0-7]{3})/g, (_all, octal: string) =>
        String.fromCharCode(parseInt(octal, 8)),
      ),
    )
    .filter((place) => place.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length);
}
