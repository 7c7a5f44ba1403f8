/**
 * The tiny guest of the lab: an installer kernel and ramdisk, the file system they install, and a ready disk. Made of
 * parts of the host image, so that it costs no download, and kept in the cache.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { withBuildLock } from "./build-lock";
import { buildFolder } from "./drafts";
import type { FrozenHost } from "./frozen-host";
import { ensureHostImage, type Report } from "./host-image";
import { cacheFolder, makePrivateFolder, recipeFolder } from "./places";
import { runTool } from "./tool";

export interface GuestAsset {
  readonly file: string;
  /** Its name on the asset server. */
  readonly name: string;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
}

export interface GuestAssets {
  readonly folder: string;
  /** The installer's kernel; a Xen guest of 128 MiB can boot it. */
  readonly kernel: GuestAsset;
  /** The installer itself. Kernel arguments: `ks=URL labip=ADDRESS/BITS labgw=ADDRESS`; see recipe/guest-assets.sh. */
  readonly ramdisk: GuestAsset;
  /** What the installer puts on the disk; its grub.cfg serves pygrub. */
  readonly rootfs: GuestAsset;
  /** A disk as the installer leaves it: host name guest1, address 10.0.2.51/24. Raw, 256 MiB, sparse. */
  readonly disk: GuestAsset;
}

/** The guest made of the same kernel as `host`; made now if the cache has none (3 s). */
export async function ensureGuestAssets(host: FrozenHost, report: Report = () => undefined): Promise<GuestAssets> {
  const image = await ensureHostImage(host, report);
  const recipe = join(recipeFolder(), "guest-assets.sh");
  const version = createHash("sha256").update(readFileSync(recipe)).digest("hex").slice(0, 12);
  const folder = join(cacheFolder(), "guests", `${image.id}-${version}`);
  makePrivateFolder(dirname(folder));
  if (!existsSync(folder)) {
    await withBuildLock(`${folder}.lock`, "the lab's guest", report, async () => {
      if (existsSync(folder)) return;
      report("Making the lab's guest: installer, file system, disk.");
      await buildFolder(folder, async (draft) => {
        await runTool("bash", [recipe, image.guestPartsFolder, draft], { timeoutSeconds: 300 });
      });
    });
  }
  return {
    folder,
    kernel: asset(join(folder, "vmlinuz")),
    ramdisk: asset(join(folder, "initrd.gz")),
    rootfs: asset(join(folder, "rootfs.tgz")),
    disk: asset(join(folder, "guest.img")),
  };
}

function asset(file: string): GuestAsset {
  return { file, name: basename(file), sha256: createHash("sha256").update(readFileSync(file)).digest("hex") };
}
