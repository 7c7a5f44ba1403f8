/**
 * A cloud image of Debian, made of Debian's packages as the distribution makes its own (recipe/cloud-image.sh): for guests that need no
 * installer. Made when it is first asked for, some minutes, and kept in the cache until the recipe changes.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { withBuildLock } from "./build-lock";
import { buildFolder } from "./drafts";
import type { GuestAsset } from "./guest-assets";
import type { Suite } from "./host-choice";
import { type Report, seconds } from "./host-image";
import { cacheFolder, makePrivateFolder, recipeFolder } from "./places";
import { runTool } from "./tool";

const buildTimeoutSeconds = 1800;

/** Raw, 1 GiB, packed by zstd to about 130 MB: a partition table, one file system, GRUB's menu, cloud-init. */
export async function ensureCloudImage(suite: Suite, report: Report = () => undefined): Promise<GuestAsset> {
  const recipe = join(recipeFolder(), "cloud-image.sh");
  const version = createHash("sha256").update(readFileSync(recipe)).digest("hex").slice(0, 12);
  const folder = join(cacheFolder(), "cloud-images", `${suite}-${version}`);
  makePrivateFolder(dirname(folder));
  if (!existsSync(folder)) {
    const what = `the cloud image of Debian ${suite}`;
    await withBuildLock(`${folder}.lock`, what, report, async () => {
      if (existsSync(folder)) return;
      const startedAt = Date.now();
      report(`Making ${what} (once, in ${folder}).`);
      await buildFolder(folder, async (draft) => {
        const env = { ...process.env, LAB_SUITE: suite };
        await runTool("bash", [recipe, draft], { timeoutSeconds: buildTimeoutSeconds, env });
      });
      report(`Made ${what} in ${seconds(startedAt)} s.`);
    });
  }
  const name = "cloud.img.zst";
  // Summed by the recipe: a file of this size is not read at once.
  const [sha256 = ""] = readFileSync(join(folder, `${name}.sha256`), "utf8").split(" ", 1);
  return { file: join(folder, name), name, sha256 };
}
