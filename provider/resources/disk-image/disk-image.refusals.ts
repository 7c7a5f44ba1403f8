/** May this image be made, kept, grown or removed, given what the host says? Each fault is a sentence with its remedy. Pure. */
import type { Change } from "../../change";
import { planOf } from "../../change";
import { describeImageUsers, isOnlyInLoops } from "../../host/image-users";
import type { Step } from "../../shell";
import { describeSource, isUrl } from "../source-file/source-file.schema";
import { type ObservedImage, imageOf, isOurs } from "./disk-image.observe";
import { type DiskImageInputs, acceptedGiB, diskImageTable, sizeBytesOf } from "./disk-image.properties";

export type Judgement =
  /** Nothing is there. */
  | { readonly verdict: "make" }
  /** It is there; `plan`: what it lacks. `adopts`: nobody had claimed it. */
  | { readonly verdict: "keep"; readonly plan: readonly Change<Step>[]; readonly adopts: boolean }
  | { readonly verdict: "refuse"; readonly why: "notOwned" | "impossible"; readonly faults: readonly string[] };

/**
 * @param isClaimed - the claim is the one of the resource that asks, or there is an older mark and its state
 * @param sourceBytes - the length of a local source file
 */
export function judgeImage(
  seen: ObservedImage,
  inputs: DiskImageInputs,
  isClaimed: boolean,
  sourceBytes?: number,
): Judgement {
  if (inputs.format === "block") return judgeDevice(seen, inputs);
  if (seen.type === "absent") {
    const faults = faultsOfMaking(seen, inputs, sourceBytes);
    return faults.length === 0 ? { verdict: "make" } : refuse(faults);
  }
  const isKnown = isClaimed && isOurs(seen);
  if (!isKnown && inputs.adopt !== true) {
    return {
      verdict: "refuse",
      why: "notOwned",
      faults: [
        `${inputs.path} exists already and was not made by this resource, so it is left alone. Set adopt: true to take it over with all it holds, or choose another path.`,
      ],
    };
  }
  const image = { ...imageOf(seen, inputs.path), ...(isKnown ? {} : { madeOf: undefined }) };
  const plan = planOf(diskImageTable, image, inputs, { secrets: inputs.secretProperties ?? [] });
  const faults =
    !isKnown && seen.looksLikeQcow2
      ? [
          `${inputs.path} is a qcow2 image, but is declared ${String(inputs.format)}: a guest would see the image's tables in place of its disk. Set format to "qcow2", or choose another path.`,
        ]
      : faultsOfKeeping(seen, inputs, plan);
  return faults.length > 0 ? refuse(faults) : { verdict: "keep", plan, adopts: !isKnown };
}

/** Why the image must not be removed now; empty when it may. It is claimed by whoever asks. */
export function faultsOfRemoving(seen: ObservedImage, path: string): string[] {
  if (seen.type === "absent" || !isOurs(seen)) return [];
  if (isOnlyInLoops(seen.users)) {
    const loops = describeImageUsers(seen.users);
    return [
      `${path} is held by ${loops}, and no guest uses it. See what does (losetup -a, mount), or free it with losetup -d ${loops}.`,
    ];
  }
  if (seen.users.length > 0) {
    return [
      `${path} is in use by ${describeImageUsers(seen.users)}. Stop that first; an image is never pulled from under a guest.`,
    ];
  }
  if (seen.configured.length > 0) {
    return [
      `${path} is a disk in ${describeImageUsers(seen.configured)}. Take it out of that guest or delete the guest first, or set keepOnDelete: true.`,
    ];
  }
  return [];
}

function judgeDevice(seen: ObservedImage, inputs: DiskImageInputs): Judgement {
  const { path } = inputs;
  if (seen.type !== "block") {
    return refuse([
      seen.type === "absent"
        ? `There is no ${path} on the host. Create the device first, or correct the path.`
        : `${path} is no block device. For a file set format to "raw" or "qcow2".`,
    ]);
  }
  const faults: string[] = [];
  const asked = sizeBytesOf(inputs);
  if (asked !== undefined && (seen.sizeBytes ?? 0) < asked) {
    faults.push(
      `${path} has ${gib(seen.sizeBytes ?? 0)} GiB, less than sizeGiB ${gib(asked)}. Choose a bigger device, or set sizeGiB to ${acceptedGiB(seen.sizeBytes ?? 0, Math.floor)} or less.`,
    );
  }
  if (seen.deviceUse !== "")
    faults.push(`${path} is in use by the host itself (${seen.deviceUse}). Free it, or choose another device.`);
  return faults.length === 0 ? { verdict: "keep", plan: [], adopts: false } : refuse(faults);
}

function faultsOfMaking(seen: ObservedImage, inputs: DiskImageInputs, sourceBytes: number | undefined): string[] {
  const { source, format, path } = inputs;
  const faults: string[] = [];
  if (seen.obstacle !== undefined)
    faults.push(`${seen.obstacle} is no folder, so ${path} cannot be made. Choose another path.`);
  faults.push(...isNotMounted(seen, path));
  if (format === "qcow2" && !seen.tools.includes("qemu-img")) faults.push(missingQemuImg);
  if (source !== undefined && isUrl(source) && !hasDownloader(seen.tools)) {
    faults.push(
      `None of curl, wget and python3 is on the host, so ${describeSource(source, "source", inputs.secretProperties)} cannot be fetched. Install one of them.`,
    );
  }
  const needed = bytesWrittenAtOnce(inputs) + (sourceBytes ?? 0);
  if (seen.freeBytes < needed) {
    faults.push(
      `${seen.folder} has ${mib(seen.freeBytes)} MiB free, and making ${path} writes ${mib(needed)} MiB at once. Free some space, or choose another path.`,
    );
  }
  return faults;
}

function faultsOfKeeping(seen: ObservedImage, inputs: DiskImageInputs, plan: readonly Change<Step>[]): string[] {
  const { path } = inputs;
  if (seen.type !== "file" || seen.isLink)
    return [`${path} is no plain file${seen.isLink ? " but a symbolic link" : ""}. Choose another path.`];
  if (seen.format !== inputs.format)
    return [`${path} is no ${inputs.format} image. Correct format, or choose another path.`];
  const asked = sizeBytesOf(inputs) ?? 0;
  const found = seen.sizeBytes ?? 0;
  if (found > asked) {
    return [
      `${path} has ${gib(found)} GiB on the host, more than sizeGiB ${gib(asked)}, and an image is never made smaller. Set sizeGiB to ${acceptedGiB(found)}${isWhole(found) ? "" : ", the next size in whole MiB"}.`,
    ];
  }
  const impossible = plan.filter(({ effect, refused }) => refused !== undefined || effect === "replace");
  if (impossible.length > 0) {
    return impossible.map(
      ({ text }) =>
        `${path} is another image than the declared one (${text}), and what it holds is never written over. Declare the image that is there, or choose another path.`,
    );
  }
  if (found < asked && inputs.format === "qcow2" && seen.users.length === 0 && !seen.tools.includes("qemu-img"))
    return [missingQemuImg];
  return [];
}

/**
 * What must fit now. A sparse file writes nothing: promising more than the disk has is the user's decision, and
 * usual. Laid-out qcow2 tables: 8 bytes of L2 and 2 of reference count for each cluster of 64 KiB.
 */
export function bytesWrittenAtOnce(inputs: DiskImageInputs): number {
  const size = sizeBytesOf(inputs) ?? 0;
  const tables = inputs.format === "qcow2" && inputs.preallocation === "metadata" ? Math.ceil(size / 65536) * 10 : 0;
  return tables + 1024 ** 2;
}

/** An image made on a file system that is not mounted now is not gone; it is out of sight. */
export function isNotMounted(seen: ObservedImage, path: string): string[] {
  const { mountPointWhenMade: before, mountPoint: now } = seen;
  if (seen.type !== "absent" || before === undefined || before === now) return [];
  return [
    `${path} was made on the file system mounted at ${before}, which is not mounted now. Mount it and run again.`,
  ];
}

const missingQemuImg =
  "qemu-img is missing on the host; it makes and grows qcow2 images. Install the package qemu-utils.";

function hasDownloader(tools: readonly string[]): boolean {
  return ["curl", "wget", "python3"].some((tool) => tools.includes(tool));
}

function refuse(faults: readonly string[]): Judgement {
  return { verdict: "refuse", why: "impossible", faults };
}

const isWhole = (bytes: number): boolean => bytes % 1024 ** 2 === 0;
const gib = (bytes: number): string => String(bytes / 1024 ** 3);
const mib = (bytes: number): string => String(Math.ceil(bytes / 1024 ** 2));
