/**
 * The disk of a lab host, made once from Debian's packages by recipe/host-image.sh and kept in the cache.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { withBuildLock } from "./build-lock";
import { buildFolder } from "./drafts";
import { BOOT_LOADERS, NETWORKS, type HostChoice, describeChoice, wordsOf } from "./host-choice";
import { clearOldStages, markUsed } from "./old-stages";
import { cacheFolder, makePrivateFolder, recipeFolder } from "./places";
import { ensureKeys, type LabKeys } from "./ssh";
import { runTool } from "./tool";

export interface HostImage extends HostChoice {
  /** Names what was chosen, the recipe and the keys it was made of. */
  readonly id: string;
  readonly folder: string;
  /** Sparse, 8 GiB, about 0.5 GB used. Never written to: clones are overlays of it. */
  readonly diskFile: string;
  /** With GRUB legacy: the small disk it boots from. */
  readonly bootDiskFile: string | undefined;
  /** Kernel, modules and busybox for the tiny guest (guest-assets.ts). */
  readonly guestPartsFolder: string;
  readonly keys: LabKeys;
}

export type Report = (line: string) => void;

/** A build that downloads 200 MB over a slow line still ends before this. */
const buildTimeoutSeconds = 1800;

export async function ensureHostImage(choice: HostChoice, report: Report): Promise<HostImage> {
  const keys = await ensureKeys();
  const id = [...wordsOf(choice), recipeVersion(choice, keys)].join("-");
  const folder = join(cacheFolder(), "images", id);
  const image: HostImage = {
    ...choice,
    id,
    folder,
    diskFile: join(folder, "disk.raw"),
    bootDiskFile: choice.boot === "grub-legacy" ? join(folder, "boot.raw") : undefined,
    guestPartsFolder: join(folder, "guest-parts"),
    keys,
  };
  if (existsSync(image.diskFile)) {
    markUsed(folder);
    return image;
  }
  makePrivateFolder(join(cacheFolder(), "images"));
  const what = `the disk image of a ${describeChoice(choice)} host`;
  await withBuildLock(`${folder}.lock`, what, report, async () => {
    if (!existsSync(image.diskFile)) await build(image, what, report);
  });
  clearOldStages(wordsOf(choice), id, report);
  return image;
}

async function build(image: HostImage, what: string, report: Report): Promise<void> {
  const script = join(recipeFolder(), "host-image.sh");
  const startedAt = Date.now();
  report(`Making ${what} (once, in ${image.folder}).`);
  const env = {
    ...process.env,
    LAB_KIND: image.kind,
    LAB_SUITE: image.suite,
    LAB_NETWORK: image.network ?? NETWORKS[0],
    LAB_BOOT: image.boot ?? BOOT_LOADERS[0],
    LAB_STORAGE: image.storage === true ? "yes" : "no",
    LAB_KEYS: image.keys.folder,
  };
  const onLine = (line: string): void => {
    // mmdebstrap's own stages; its "I: running --hook …" lines would only show our scripts again.
    const stage = /^I: (?!running|skipping)(\w+ing .*?)\.*$/.exec(line)?.[1];
    if (stage !== undefined) report(`  ${stage}`);
  };
  await buildFolder(image.folder, async (draft) => {
    await runTool("bash", [script, draft], { timeoutSeconds: buildTimeoutSeconds, env, onLine });
  });
  report(`Made ${what} in ${seconds(startedAt)} s.`);
}

/** Twelve characters that change with the recipe and with the keys built into the image. */
function recipeVersion(choice: HostChoice, keys: LabKeys): string {
  const hash = createHash("sha256");
  // All but the guests', which have versions of their own.
  const guests = ["guest-assets.sh", "cloud-image.sh"];
  const scripts = readdirSync(recipeFolder()).filter((name) => name.endsWith(".sh") && !guests.includes(name));
  for (const name of scripts.sort()) {
    hash.update(recipeOf(choice, name, readFileSync(join(recipeFolder(), name), "utf8")));
  }
  return hash.update(keys.publicKey).update(keys.hostKey).digest("hex").slice(0, 12);
}

/**
 * What a script of the recipe says to this choice: a line that ends with `# storage` is one for hosts with storage, as is the whole of
 * host-storage.sh. So a change of those leaves the images of all other hosts as they are. Exported for its test.
 */
export function recipeOf({ storage = false }: HostChoice, name: string, script: string): string {
  if (storage) return script;
  if (name === "host-storage.sh") return "";
  return script.replaceAll(/^.*# storage\n/gm, "");
}

/** Whole seconds since `startedAt` (milliseconds). */
export function seconds(startedAt: number): number {
  return Math.round((Date.now() - startedAt) / 1000);
}
