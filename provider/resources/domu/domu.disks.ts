/** A guest's disks: their check, their devices, and what a change of them does. Pure. */
import { z } from "zod";
import { type Difference, type EntryChange, isUnknown, shown } from "../../property";
import { type DiskSpec, deviceName, deviceNumber } from "../../xen";
import { hostPath } from "../host-path";
import type { DomUDisk, DomUShall, LiveStep } from "./domu.shall";
import type { Guest } from "./domu.guest";
import { attachDisk, detachDisk } from "./domu.live";
import { isSeedPath } from "./domu.place";
import { each, hasUnknownEntry, isList } from "./domu.lists";

export const diskSchema = z.strictObject(
  {
    path: hostPath("an image or block device"),
    format: z.enum(["raw", "qcow2", "block"]).optional(),
    device: z
      .string()
      .regex(/^(xvd[a-z]{1,3}|[hs]d[a-z])\d{0,2}$/, 'must be a device name such as "xvda"')
      .refine((device) => deviceNumber(device) !== undefined, "must be a device that Xen knows, such as xvda")
      .optional(),
    mode: z.enum(["w", "r"]).optional(),
  },
  {
    error: ({ code, input }) =>
      code === "invalid_type"
        ? `must be an object. Say \`{ image: ${JSON.stringify(typeof input === "string" ? input : "/xen/vm/guest1.img")} }\``
        : undefined,
  },
);

/**
 * Where no device is given, a disk keeps the one that its path had, and a new one gets the next that is free: a disk that is
 * put in front of others must not move them, since a guest's fstab may name them.
 */
export function completeDisks(
  disks: readonly DomUDisk[] | undefined,
  olds: readonly DomUDisk[] | undefined,
): readonly DomUDisk[] {
  if (disks === undefined) return [];
  // In a preview the list may be Pulumi's marker.
  if (!isList(disks)) return disks;
  const given = new Set(
    disks.flatMap((disk) => (typeof disk === "object" && disk.device !== undefined ? [disk.device] : [])),
  );
  const before = new Map<string, string>();
  for (const old of Array.isArray(olds) ? (olds as DomUDisk[]) : []) {
    if (typeof old === "object" && old.device !== undefined && !isUnknown(old.path) && !isUnknown(old.device))
      before.set(old.path, old.device);
  }
  const taken = new Set(given);
  // All that keep theirs first: a new disk further up must not take it.
  const kept = disks.map((disk) => {
    if (typeof disk !== "object" || disk.device !== undefined) return undefined;
    const device = before.get(disk.path);
    if (device === undefined || taken.has(device)) return undefined;
    taken.add(device);
    return device;
  });
  return each(disks, (disk, index) => {
    let device = disk.device ?? kept[index];
    for (let number = 0; device === undefined; number += 1) {
      if (!taken.has(deviceName(number))) device = deviceName(number);
    }
    taken.add(device);
    return { ...disk, format: disk.format ?? "raw", device, mode: disk.mode ?? "w" };
  });
}

export function diskSpec(disk: DomUDisk): DiskSpec {
  return {
    target: disk.path,
    format: xlFormat(disk),
    device: disk.device ?? "xvda",
    mode: disk.mode ?? "w",
    more: [],
  };
}

/** xl knows no block devices; in a preview it may be Pulumi's marker. */
function xlFormat({ format }: DomUDisk): "qcow2" | "raw" {
  return format === "qcow2" || isUnknown(format) ? (format as "qcow2") : "raw";
}

/** As a program would declare it. xl makes no difference between a raw file and a block device. */
export function declaredDisk(
  { target, format, device, mode }: DiskSpec,
  declared: readonly DomUDisk[] | undefined,
): DomUDisk {
  const same = Array.isArray(declared) ? (declared as DomUDisk[]).find((disk) => disk.path === target) : undefined;
  const known =
    format === "qcow2" || isUnknown(format) ? (format as "qcow2") : same?.format === "block" ? "block" : "raw";
  return { path: target, format: known, device, mode };
}

export function isWritten({ mode }: DomUDisk): boolean {
  return mode !== "r";
}

/** A logical volume or another block device; any other path is a file's. */
export function isDevice({ path }: DomUDisk): boolean {
  return path.startsWith("/dev/");
}

/**
 * No kernel reads qcow2: a QEMU of the guest's own does, and libxl starts one only when it builds the guest. Plugged into
 * a guest without one such a disk never appears there, and xl says nothing (seen on 4.17).
 */
function needsQemu({ format }: DomUDisk): boolean {
  return format === "qcow2";
}

function hasQemu(guest: Guest, disks: readonly DomUDisk[]): boolean {
  const vfbs = guest.record?.vfbs ?? guest.file?.vfbs ?? [];
  return guest.domain?.type === "hvm" || vfbs.length > 0 || disks.some(needsQemu);
}

const FIELDS = ["path", "format", "device", "mode"] as const;

/** Each disk's change. Down or up, the entries are the same; only what runs decides about the effect. */
export function diskChanges({
  from = [],
  to = [],
  is,
}: Difference<readonly DomUDisk[], Guest, DomUShall>): EntryChange<LiveStep>[] {
  const runs = is.domain !== undefined;
  const restart = runs ? ("restart" as const) : ("none" as const);
  const live = runs ? ("live" as const) : ("none" as const);
  if (hasUnknownEntry(from) || hasUnknownEntry(to)) {
    return [{ property: "disks", text: `disks ${shown(from)} -> ${shown(to)}`, effect: restart }];
  }
  const qemu = hasQemu(is, from);
  return pairs(from, to).flatMap(({ old, now, index, position }): EntryChange<LiveStep>[] => {
    const property = `disks[${index}]`;
    // The first disk is the one that the guest boots from.
    const isFirst = index === 0 || position === 0;
    if (old === undefined && now !== undefined) {
      const lacksQemu = (needsQemu(now) || isUnknown(now.format)) && !qemu;
      const note = lacksQemu ? ", which takes a QEMU that this guest was built without" : "";
      const text = `${property} ${shown(now.device)} added (${shown(now.path)}${note})`;
      return [
        isFirst || lacksQemu
          ? { property, text, effect: restart }
          : { property, text, effect: live, steps: [attachDisk(diskSpec(now))] },
      ];
    }
    if (now === undefined && old !== undefined) {
      const why = isSeedPath(old.path) ? "cloud-init's" : "unmount it in the guest first";
      const text = `${property} ${shown(old.device)} removed (${why})`;
      return [
        isFirst
          ? { property, text, effect: restart }
          : { property, text, effect: live, steps: [detachDisk(old.device ?? "")] },
      ];
    }
    if (old === undefined || now === undefined) return [];
    const fields = FIELDS.flatMap((field): EntryChange<LiveStep>[] => {
      const [a, b] = [plain(old)[field], plain(now)[field]];
      return a === b
        ? []
        : [
            {
              property: `${property}.${field}`,
              // As the program names it.
              text: `${property}.${field === "path" ? "image" : field} ${shown(a)} -> ${shown(b)}`,
              effect: restart,
            },
          ];
    });
    if (fields.length > 0 || position === index || !isFirst) return fields;
    const place = index === 0 ? "is the first disk now" : "is no longer the first disk";
    return [{ property, text: `${property} ${shown(now.device)} ${place}`, effect: restart }];
  });
}

function plain(disk: DomUDisk): DomUDisk {
  return { ...disk, format: xlFormat(disk), mode: disk.mode ?? "w" };
}

interface Pair {
  readonly old?: DomUDisk;
  readonly now?: DomUDisk;
  /** Where it stands now; of a removed one, where it stood. */
  readonly index: number;
  /** Where it stood before. */
  readonly position?: number;
}

/**
 * Which disk was which: by its device; then by its path, since the same image under another device is a move and must
 * never be plugged in twice.
 */
function pairs(olds: readonly DomUDisk[], news: readonly DomUDisk[]): Pair[] {
  const free = new Set(olds.keys());
  const found = new Map<number, number>();
  const match = (same: (old: DomUDisk, now: DomUDisk) => boolean): void => {
    for (const [index, now] of news.entries()) {
      if (found.has(index)) continue;
      const position = [...free].find((at) => same(olds[at] as DomUDisk, now));
      if (position === undefined) continue;
      found.set(index, position);
      free.delete(position);
    }
  };
  match((old, now) => old.device === now.device);
  match((old, now) => old.path === now.path);
  return [
    ...news.map((now, index): Pair => {
      const position = found.get(index);
      const old = position === undefined ? undefined : olds[position];
      return old === undefined || position === undefined ? { now, index } : { old, now, index, position };
    }),
    ...[...free].map((index): Pair => ({ old: olds[index] as DomUDisk, index, position: index })),
  ];
}
