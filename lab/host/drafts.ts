/**
 * Things in the cache are built beside their place and moved there when they are whole.
 */
import { readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { makePrivateFolder } from "./places";
import { stopQemu } from "./qemu-process";

const mark = ".building.";

/**
 * Calls `build` with an empty folder and moves it to `folder` when it is done. The caller holds the lock of `folder`, so
 * drafts that lie there are those of builds that were killed; they are cleared away, with a QEMU one may have left.
 */
export async function buildFolder(folder: string, build: (draft: string) => Promise<void>): Promise<void> {
  const parent = dirname(folder);
  for (const name of readdirSync(parent).filter((entry) => entry.startsWith(basename(folder) + mark))) {
    await stopQemu(join(parent, name));
    rmSync(join(parent, name), { recursive: true, force: true });
  }
  // Of its own for each process: what a killed build may still be writing into is another one.
  const draft = makePrivateFolder(`${folder}${mark}${process.pid}`);
  await build(draft);
  renameSync(draft, folder);
}
