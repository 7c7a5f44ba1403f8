/** May this image be moved, given what the host says of it and of where it is to go? Each fault is a sentence with its remedy. Pure. */
import type { Change } from "../../change";
import { type ImageUser, describeImageUsers } from "../../host/image-users";
import { isShared } from "../../host/storage/backing";
import { cannotLeave } from "../../host/storage/mount";
import { MIB, gib, setToAtLeast } from "../../host/storage/size";
import { volumeOf } from "../../host/storage/lvm/volume-name";
import { hasRoomForName } from "../../host/storage/snapshots/lvm-snapshots";
import type { StorageFormat } from "../../host/storage/storage";
import { storageOf } from "../../host/storage/storages";
import type { Step } from "../../shell";
import type { Guests } from "./disk-image.guests";
import { wantedOf } from "./disk-image.make";
import { type ObservedImage, isOurs } from "./disk-image.observe";
import { type DiskImageInputs, sizeBytesOf } from "./disk-image.properties";
import { faultsOfPlan, faultsOfSnapshots } from "./disk-image.refusals";

/** An image that is to go somewhere. */
export interface Going {
  /** Where and as what the host has it. */
  readonly path: string;
  readonly format: StorageFormat;
  readonly seen: ObservedImage;
  /** What is where it is to go; of a conversion at its own path, the same. */
  readonly target: ObservedImage;
  /** An earlier run has begun this very move: something of it may be at both places, and at none. */
  readonly isBegun: boolean;
  readonly plan: readonly Change<Step>[];
  /** Who has claimed the guests whose configurations name it. */
  readonly guests: Guests;
}

export function faultsOfMoving(going: Going, inputs: DiskImageInputs): string[] {
  const { seen, path, format, plan, isBegun } = going;
  if (isBegun || isMovedByHand(going, inputs)) return [...faultsOfPlan(path, plan), ...faultsOfUse(going, inputs)];
  const hidden = storageOf(format).outOfSight(seen, path);
  if (hidden.length > 0) return hidden;
  if (seen.type === "absent") return [isGone(going, inputs)];
  if (!isOurs(seen))
    return [
      `${path} is not what was made or adopted there, so it is not moved to ${inputs.path}. Run refresh, then look at the preview.`,
    ];
  return [
    ...faultsOfPlan(path, plan),
    ...faultsOfUse(going, inputs),
    ...isShared(path, seen.overlays, "moved"),
    ...cannotLeave(seen, path),
    ...faultsOfOwnSnapshots(going, inputs),
    ...faultsOfTarget(going, inputs),
    ...faultsOfSize(going, inputs),
  ];
}

/** Those that a copy or a conversion cannot take along, and those that the program does not have. */
function faultsOfOwnSnapshots(going: Going, inputs: DiskImageInputs): string[] {
  const { seen, path, plan } = going;
  const { path: to, format } = inputs;
  // The plan says it of those that a program declares.
  if (plan.some(({ refused }) => refused !== undefined)) return [];
  const [first, ...others] = seen.snapshots ?? [];
  if (first === undefined) return [];
  const stays = seen.format === "lvm" ? format !== "lvm" || groupOf(path) !== groupOf(to) : seen.format !== format;
  if (stays) {
    const [them, which] =
      others.length === 0 ? ["the snapshot", first] : ["the snapshots", [first, ...others].join(", ")];
    return [
      `${path} has ${them} ${which}, which a ${seen.format === format ? "copy" : "conversion"} would lose. ${seen.format === "lvm" ? "Keep the volume in its group" : "Keep the format"}, or take them out of snapshots, run up with allow: ["dataLoss"], and then change it.`,
    ];
  }
  const tooLong =
    seen.format === "lvm" ? (seen.snapshots ?? []).find((name) => !hasRoomForName(to, { name })) : undefined;
  const { group, name } = volumeOf(path);
  const isThick = (seen.lvm?.volumes ?? []).some(
    (each) => each.group === group && each.name === name && !each.attributes.startsWith("V"),
  );
  const grows = plan.some(({ steps = [] }) => steps.some((step) => step.name === "grow"));
  return [
    ...(seen.format === "lvm" && isThick && grows
      ? [
          `${path} has the snapshot ${first}, and LVM grows no active volume that has one, unless it is in a thin pool. Take it out of snapshots first, or keep sizeGiB.`,
        ]
      : []),
    ...(tooLong === undefined
      ? []
      : [
          `The snapshot ${tooLong} of ${path} would get a name that is too long for LVM at ${to}. Choose a shorter path.`,
        ]),
    ...faultsOfSnapshots(seen, { ...inputs, path }),
  ];
}

/**
 * Was it given the path that the program declares by hand, under which it is known? A volume is, by its uuid; a file's inode may be another
 * file's by now, so that takes consent.
 */
export function isMovedByHand(
  { seen, target, path, format: was }: Pick<Going, "seen" | "target" | "path" | "format">,
  { path: to, format, adopt }: DiskImageInputs,
): boolean {
  if (seen.type !== "absent" || path === to || target.type === "absent" || was !== format) return false;
  if (seen.lvm?.made !== undefined) return target.identity === seen.lvm.made;
  return adopt === true && target.type === "file" && !target.isLink && target.format === format;
}

function isGone({ path, target }: Going, { path: to }: DiskImageInputs): string {
  return target.type === "absent" || path === to
    ? `${path} is not on the host any more, so it cannot be moved to ${to}; nothing was touched. Put it back, or run refresh: up then makes a new image.`
    : `${path} is not on the host any more, and ${to} is there. Where that is the same image, moved by hand, set adopt: true; else choose another path.`;
}

function faultsOfUse({ seen, path, target, guests }: Going, inputs: DiskImageInputs): string[] {
  const { path: to, owner = "" } = inputs;
  // Of one that was moved by hand, those at its new path.
  const users = [...seen.users, ...(path === to ? [] : target.users)];
  const faults: string[] = [];
  if (users.length > 0) {
    faults.push(
      `${path} is in use by ${describeImageUsers(users)}, and what is written while an image moves would be lost. Shut that down first: of a guest set powerState to "stopped" and run up with the image as it was; then change the image, and the guest may start again in the same up.`,
    );
  }
  if (users.some(({ kind }) => kind === "guest")) return faults;
  const named = seen.configured;
  // Under the same name a guest would start with the former format, and write into the tables of the new one.
  if (path === to && named.length > 0) {
    faults.push(
      `${path} is a disk in ${describeImageUsers(named)}, which says the former format: a guest that starts with it would write over the converted image. Give the image another path as well, such as ${suggested(inputs)}, which the guest's own update then writes there.`,
    );
  }
  const others = path === to ? [] : named.filter((user) => !guests.isOfStack(user, owner));
  if (others.length > 0) {
    faults.push(
      `${path} is a disk in ${describeImageUsers(others)}, which no DomU of this stack manages, and which would name a disk that is gone. Take the disk out of that configuration, run up, and put ${to} there.`,
    );
  }
  return faults;
}

/** Stopped guests of this stack, whose own update writes the new path: what people are told. */
export function notesOfMoving({ path, seen }: Going, { path: to }: DiskImageInputs): string[] {
  return path === to
    ? []
    : seen.configured.map(
        (user) =>
          `note: ${describeImageUsers([user])} names ${path} until that guest's own update, which writes ${to} where its disks refer to this DiskImage`,
      );
}

function suggested({ path, format }: DiskImageInputs): string {
  return `${path.replace(/\.(img|raw|qcow2)$/, "")}.${format === "qcow2" ? "qcow2" : "img"}`;
}

function faultsOfTarget({ path, seen, target }: Going, inputs: DiskImageInputs): string[] {
  const { path: to, format } = inputs;
  const makes = storageOf(format).makes;
  if (makes === undefined) return [];
  const lacksQemu =
    seen.format !== format && !target.tools.includes("qemu-img")
      ? ["qemu-img is missing on the host; it converts the image. Install the package qemu-utils."]
      : [];
  if (path === to) return lacksQemu;
  // Of one volume group only the name changes.
  if (seen.format === "lvm" && format === "lvm" && groupOf(path) === groupOf(to)) return existing(target, to);
  const { source: _, ...empty } = inputs;
  const bytes = Math.max(seen.sizeBytes ?? 0, sizeBytesOf(inputs) ?? 0);
  return [
    ...new Set([
      ...existing(target, to),
      ...(target.type === "absent" ? makes.cannotMake(target, { ...wantedOf(empty), bytes }) : []),
      ...lacksQemu,
    ]),
  ];
}

/** Is it certainly a copy, on a file system or in a volume group that had nothing of it? A step counts what is freed at the end. */
export function takesSpace({ path, seen, target, isBegun }: Going, inputs: DiskImageInputs): boolean {
  if (isBegun || seen.type === "absent") return false;
  const { path: to, format } = inputs;
  return format === "lvm" || seen.format === "lvm"
    ? groupOf(path) !== groupOf(to)
    : seen.mountPoint !== target.mountPoint;
}

function existing({ type }: ObservedImage, to: string): string[] {
  return type === "absent"
    ? []
    : [`${to} exists already, and an image is moved only onto nothing. Rename or remove it, or choose another path.`];
}

function groupOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

/** A volume may be bigger than it was declared, in whole extents, and its guest may have filled that. */
function faultsOfSize({ seen, path, target }: Going, inputs: DiskImageInputs): string[] {
  const [found, declared] = [seen.sizeBytes ?? 0, sizeBytesOf(inputs) ?? 0];
  const storage = storageOf(inputs.format);
  const unitBytes = storage.isDevice ? (target.unitBytes ?? MIB) : 1;
  const bytes = Math.ceil(found / unitBytes) * unitBytes;
  if (found <= declared || storage.sizeIs({ bytes, unitBytes }, declared)) return [];
  return [
    `${path} has ${gib(found)} GiB on the host, in whole extents, more than sizeGiB ${gib(declared)}, and an image is never made smaller. ${setToAtLeast(found)}.`,
  ];
}

/** As `image_configured` prints it (host/library/image-users.sh). */
export function linesOf(users: readonly ImageUser[]): string[] {
  return users.flatMap((user) => (user.kind === "configured" ? [`configured ${user.name} ${user.file}`] : []));
}
