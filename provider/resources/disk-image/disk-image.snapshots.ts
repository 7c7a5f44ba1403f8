/** The snapshots of an image that a program declares: what they are, what a change of the list does, and the steps. Pure. */
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { GIB } from "../../host/storage/size";
import { hasRoomForName } from "../../host/storage/snapshots/lvm-snapshots";
import {
  AUTOMATIC,
  SNAPSHOT_NAME,
  makeSnapshots,
  removeSnapshots,
  snapshotFiles,
} from "../../host/storage/snapshots/snapshots";
import type { Place, SnapshotChange, StorageFormat } from "../../host/storage/storage";
import { storageOf } from "../../host/storage/storages";
import { type EntryChange, hasUnknown, isUnknown } from "../../property";
import type { Failure } from "../../pulumi";
import { type JobFile, type Step, sh } from "../../shell";
import { placeOfImage } from "../../host/storage/place";

export interface ImageSnapshot {
  /** Its name: letters, digits, dots and dashes, a letter first, such as `before-upgrade`. A change: live, the former one is removed with what it holds. */
  readonly name: string;
  /**
   * Of a logical volume with extents of its own: how much of what is written afterwards the snapshot can hold, in GiB; when that is full, it holds
   * nothing any more. Default: a fifth of the volume. A change: none, it counts when the snapshot is made.
   */
  readonly sizeGiB?: number | undefined;
}

export const snapshotsSchema: z.ZodType<readonly ImageSnapshot[]> = z
  .array(
    z.strictObject({
      name: z
        .string()
        .regex(SNAPSHOT_NAME, "must begin with a letter and consist of at most 40 letters, digits, dots and dashes")
        .refine(
          (name) => !name.startsWith(AUTOMATIC),
          `must not begin with "${AUTOMATIC}": so are those called that snapshotBefore of a guest makes`,
        ),
      sizeGiB: z
        .number()
        .positive()
        .max(65536)
        .refine((size) => Number.isInteger(size * 1024), "must be whole MiB: a multiple of 1/1024, such as 2 or 0.5")
        .optional(),
    }),
  )
  .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, "must not hold one name twice");

export function snapshotFaults({
  format = "raw",
  path,
  snapshots,
  thinPool,
}: {
  readonly format?: StorageFormat;
  readonly path: string;
  readonly snapshots?: readonly ImageSnapshot[];
  readonly thinPool?: string;
}): Failure[] {
  if (snapshots === undefined || isUnknown(snapshots) || isUnknown(format)) return [];
  if (snapshots.length > 0 && storageOf(format).makes?.snapshots === undefined) {
    const reason = `cannot be made of ${format === "block" ? "a block device that is not ours" : "a raw image"}. Remove it, or set format to "qcow2" or "lvm".`;
    return [{ property: "snapshots", reason }];
  }
  return snapshots.flatMap((each, at): Failure[] => {
    if (isUnknown(each) || isUnknown(each.name)) return [];
    const faults: Failure[] = [];
    if (each.sizeGiB !== undefined && (format !== "lvm" || thinPool !== undefined)) {
      faults.push({
        property: `snapshots[${String(at)}].sizeGiB`,
        reason:
          "counts for a logical volume with extents of its own only: any other snapshot grows as it needs to. Remove it.",
      });
    }
    if (format === "lvm" && !isUnknown(path) && !hasRoomForName(path, each)) {
      faults.push({
        property: `snapshots[${String(at)}].name`,
        reason: `makes the name of a volume that is too long for LVM together with ${path}. Choose a shorter one.`,
      });
    }
    return faults;
  });
}

/** As an observed image shows them, in the declared order; those that nobody declares follow. Those of snapshotBefore are the guest's matter. */
export function shownSnapshots(
  names: readonly string[] | undefined,
  declared: readonly ImageSnapshot[] | undefined,
): readonly ImageSnapshot[] | undefined {
  const there = (names ?? []).filter((name) => !name.startsWith(AUTOMATIC));
  const known = declared === undefined || hasUnknown(declared) ? [] : declared;
  const shown = [
    ...known.filter(({ name }) => there.includes(name)),
    ...there.filter((name) => !known.some((each) => each.name === name)).map((name) => ({ name })),
  ];
  return shown.length === 0 && (declared === undefined || known.length > 0) ? undefined : shown;
}

type List = readonly ImageSnapshot[] | undefined;

export function sameSnapshots(from: unknown, to: unknown): boolean {
  return isDeepStrictEqual(from ?? [], to ?? []);
}

/** `isThere`: the declared image is there; any other gets its snapshots when it is made. `undefined`: that is not known yet. */
export function snapshotChanges(
  from: List,
  to: List,
  {
    isThere,
    place,
    format,
  }: { readonly isThere: boolean | undefined; readonly place: Place; readonly format: StorageFormat },
): EntryChange<Step>[] {
  const property = "snapshots";
  if (isThere === false) return [{ property, text: "snapshots (made with the image)", effect: "none" }];
  if (isThere === undefined || hasUnknown(from) || hasUnknown(to))
    return [{ property, text: "snapshots", effect: "live", losesData: true }];
  const has = from ?? [];
  const wants = to ?? [];
  const { makes, removes } = snapshotChange(
    has.map(({ name }) => name),
    wants,
  );
  const named = (names: readonly { readonly name: string }[]): string => names.map(({ name }) => name).join(", ");
  const changes: EntryChange<Step>[] = [];
  if (removes.length > 0) {
    changes.push({
      property,
      text: `remove snapshot ${removes.join(", ")} of ${place.path}`,
      effect: "live",
      losesData: true,
      steps: [removeSnapshotsStep(place, format, removes)],
    });
  }
  if (makes.length > 0) {
    changes.push({
      property,
      text: `make snapshot ${named(makes)} of ${place.path}`,
      effect: "live",
      steps: [makeSnapshotsStep(place, format, makes)],
    });
  }
  const resized = wants.filter((each) =>
    has.some(({ name, sizeGiB }) => name === each.name && sizeGiB !== each.sizeGiB),
  );
  if (resized.length > 0)
    changes.push({ property, text: `sizeGiB of snapshot ${named(resized)} (it is made already)`, effect: "none" });
  return changes;
}

export function snapshotChange(has: readonly string[], wants: readonly ImageSnapshot[]): SnapshotChange {
  return {
    makes: wants
      .filter(({ name }) => !has.includes(name))
      .map(({ name, sizeGiB }) => ({ name, bytes: sizeGiB === undefined ? undefined : sizeGiB * GIB })),
    removes: has.filter((name) => !name.startsWith(AUTOMATIC) && !wants.some((each) => each.name === name)),
  };
}

/** Names that both lists hold: what stays while something else changes. */
export function keptSnapshots(from: List, to: List): string[] {
  if (hasUnknown(from) || hasUnknown(to)) return [];
  const wanted = new Set((to ?? []).map(({ name }) => name));
  return (from ?? []).map(({ name }) => name).filter((name) => wanted.has(name));
}

const REMOVES_SNAPSHOTS = "remove-snapshots";
const MAKES_SNAPSHOTS = "make-snapshots";

/** Before anything else of a change: LVM grows no volume that has a classic one. */
function removeSnapshotsStep(place: Place, format: StorageFormat, names: readonly string[]): Step {
  const snapshots = storageOf(format).makes?.snapshots;
  return {
    name: REMOVES_SNAPSHOTS,
    title: `remove snapshot ${names.join(", ")}`,
    effect: "live",
    script: snapshots === undefined ? sh`` : removeSnapshots(snapshots, place, names),
  };
}

export function makeSnapshotsStep(place: Place, format: StorageFormat, makes: SnapshotChange["makes"]): Step {
  const snapshots = storageOf(format).makes?.snapshots;
  return {
    name: MAKES_SNAPSHOTS,
    title: `make snapshot ${makes.map(({ name }) => name).join(", ")}`,
    effect: "live",
    script: snapshots === undefined ? sh`` : makeSnapshots(snapshots, place, makes),
  };
}

const TELLS_SNAPSHOTS = "tell-snapshots";

/** The script for people names the image's path: it is written again for one that has moved, or may have. */
export function tellsSnapshots(
  { path, format = "raw" }: { readonly path: string; readonly format?: StorageFormat },
  seen: { readonly snapshots?: readonly string[] },
): Step[] {
  const snapshots = storageOf(format).makes?.snapshots;
  if (snapshots === undefined || (seen.snapshots ?? []).length === 0) return [];
  return [
    {
      name: TELLS_SNAPSHOTS,
      title: "say how to go back to a snapshot",
      effect: "none",
      script: makeSnapshots(snapshots, placeOfImage(path), []),
    },
  ];
}

/** In the order in which storage takes them. */
export function inOrder(steps: readonly Step[]): Step[] {
  const isOf = (name: string) => (step: Step) => step.name === name;
  const removes = steps.filter(isOf(REMOVES_SNAPSHOTS));
  const makes = steps.filter(isOf(MAKES_SNAPSHOTS));
  return [...removes, ...steps.filter((step) => !removes.includes(step) && !makes.includes(step)), ...makes];
}

/** What travels with a job that has such steps. */
export function filesOfSnapshots(steps: readonly Step[], place: Place, format: StorageFormat): JobFile[] {
  const snapshots = storageOf(format).makes?.snapshots;
  return snapshots === undefined ||
    !steps.some(({ name }) => [REMOVES_SNAPSHOTS, MAKES_SNAPSHOTS, TELLS_SNAPSHOTS].includes(name))
    ? []
    : snapshotFiles(snapshots, place);
}
