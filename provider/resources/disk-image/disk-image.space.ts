/** What the place of an image has free and has promised: asked beside the image itself, shown as outputs, and what `overcommit: "refuse"` goes by. Pure. */
import type { Change } from "../../change";
import { type Space, hasNoRoom, readSpace } from "../../host/storage/space";
import { storageOf } from "../../host/storage/storages";
import { type Question, type Step, sh } from "../../shell";
import { folderOfImage } from "../../host/storage/place";
import { type DiskImageInputs, sizeBytesOf } from "./disk-image.properties";
import type { Judgement } from "./disk-image.refusals";

export function spaceQuestion({ path, format, thinPool }: DiskImageInputs): Question<Space | undefined> {
  const observe = storageOf(format).makes?.observeSpace;
  return {
    about: `the space for the disk image ${path}`,
    script:
      observe === undefined
        ? sh``
        : sh`image=${path} mark=${folderOfImage(path)} pool=${thinPool ?? ""}
${observe}`,
    read: (answer) => (observe === undefined ? undefined : readSpace(answer)),
  };
}

/** Why the image cannot be made or grown without promising more than there is; empty where that is allowed, or nothing is to be made. */
export function faultsOfSpace(
  { path, overcommit, sizeGiB, thinPool, format }: DiskImageInputs,
  judgement: Judgement,
  space: Space | undefined,
): string[] {
  const takes = judgement.verdict === "make" || (judgement.verdict === "keep" && judgement.plan.some(isGrowth));
  if (overcommit !== "refuse" || space === undefined || !takes) return [];
  // Of a volume with extents of its own all is taken at once, which its storage looks at.
  if (format === "lvm" && thinPool === undefined) return [];
  const where =
    thinPool === undefined
      ? path.slice(0, path.lastIndexOf("/")) || "/"
      : `The thin pool ${path.split("/")[2] ?? ""}/${thinPool}`;
  return hasNoRoom(where, path, sizeBytesOf({ ...(sizeGiB === undefined ? {} : { sizeGiB }) }) ?? 0, space);
}

function isGrowth({ steps = [] }: Change<Step>): boolean {
  return steps.some(({ name }) => name === "grow");
}

/** For the outputs: what is free, and what all images there may still take, this one included. */
export function spaceOutputs(
  space: Space | undefined,
  sizeBytes: number | undefined,
): { readonly freeBytes?: number; readonly promisedBytes?: number } {
  if (space === undefined) return {};
  const own = Math.max((sizeBytes ?? 0) - space.ownBytes, 0);
  return { freeBytes: space.freeBytes, promisedBytes: space.othersBytes + own };
}
