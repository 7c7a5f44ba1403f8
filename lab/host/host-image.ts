/**
 * The disk of a lab host, made once from Debian's packages by recipe/host-image.sh and kept in the cache.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { withBuildLock } from "./build-lock";
import { buildFolder } from "./drafts";
import { cacheFolder, makePrivateFolder, recipeFolder } from "./places";
import { ensureKeys, type LabKeys } from "./ssh";
import { runTool } from "./tool";

/** `plain`: an ordinary Debian that knows nothing of Xen. `xen`: runs Xen, and has no bridge yet. */
export type HostKind = "plain" | "xen";

/** bookworm: Debian 12, Xen 4.17. trixie: Debian 13, Xen 4.20. */
export type Suite = "bookworm" | "trixie";

/** What runs the host's network. netplan: over systemd-networkd, as in cloud images. */
export type HostNetwork = "ifupdown" | "networkd" | "netplan";

export interface HostChoice {
  readonly kind: HostKind;
  readonly suite: Suite;
  /** Default: ifupdown. */
  readonly network?: HostNetwork | undefined;
}

export interface HostImage extends HostChoice {
  /** Names the recipe, the keys, the kind, the suite and the network it was made of. */
  readonly id: string;
  readonly folder: string;
  /** Sparse, 8 GiB, about 0.5 GB used. Never written to: clones are overlays of it. */
  readonly diskFile: string;
  /** Kernel, modules and busybox for the tiny guest (guest-assets.ts). */
  readonly guestPartsFolder: string;
  readonly keys: LabKeys;
}

export type Report = (line: string) => void;

/** A build that downloads 200 MB over a slow line still ends before this. */
const buildTimeoutSeconds = 1800;

export async function ensureHostImage(choice: HostChoice, report: Report): Promise<HostImage> {
  const keys = await ensureKeys();
  const { network = "ifupdown" } = choice;
  const id = [choice.suite, choice.kind, ...(network === "ifupdown" ? [] : [network]), recipeVersion(keys)].join("-");
  const folder = join(cacheFolder(), "images", id);
  const image: HostImage = {
    ...choice,
    id,
    folder,
    diskFile: join(folder, "disk.raw"),
    guestPartsFolder: join(folder, "guest-parts"),
    keys,
  };
  if (existsSync(image.diskFile)) return image;
  makePrivateFolder(join(cacheFolder(), "images"));
  const what = `the disk image of a ${describeChoice(choice)} host`;
  await withBuildLock(`${folder}.lock`, what, report, async () => {
    if (!existsSync(image.diskFile)) await build(image, what, report);
  });
  return image;
}

/** `bookworm xen`, `bookworm plain networkd`: for messages. */
export function describeChoice({ suite, kind, network = "ifupdown" }: HostChoice): string {
  return [suite, kind, ...(network === "ifupdown" ? [] : [network])].join(" ");
}

async function build(image: HostImage, what: string, report: Report): Promise<void> {
  const script = join(recipeFolder(), "host-image.sh");
  const startedAt = Date.now();
  report(`Making ${what} (once, in ${image.folder}).`);
  const env = {
    ...process.env,
    LAB_KIND: image.kind,
    LAB_SUITE: image.suite,
    LAB_NETWORK: image.network ?? "ifupdown",
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
function recipeVersion(keys: LabKeys): string {
  const hash = createHash("sha256");
  for (const name of ["host-image.sh", "host-disk.sh", "debian-sources.sh"]) {
    hash.update(readFileSync(join(recipeFolder(), name)));
  }
  return hash.update(keys.publicKey).update(keys.hostKey).digest("hex").slice(0, 12);
}

/** Whole seconds since `startedAt` (milliseconds). */
export function seconds(startedAt: number): number {
  return Math.round((Date.now() - startedAt) / 1000);
}
