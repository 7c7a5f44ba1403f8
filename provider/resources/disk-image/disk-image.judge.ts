/** May this image be made, grown or removed, given what the host says? Each fault is a sentence with its remedy. Pure. */
import { describeImageUsers } from "../../host/image-users";
import { type SourceFile, isUrl } from "../source-file/source-file.schema";
import type { ObservedImage } from "./disk-image.observe";
import { sizeBytesOf } from "./disk-image.plan";
import type { DiskImageInputs } from "./disk-image.schema";

export type Judgement =
  /** Nothing is to be done. */
  | { readonly verdict: "asDeclared" }
  /** `adopts`: it exists and becomes ours. */
  | { readonly verdict: "make" | "adopt" | "grow" }
  | { readonly verdict: "refuse"; readonly why: "notOwned" | "impossible"; readonly faults: readonly string[] };

/** `sourceBytes`: the length of a local source file. */
export function judgeImage(observed: ObservedImage, inputs: DiskImageInputs, sourceBytes?: number): Judgement {
  if (inputs.format === "block") return judgeDevice(observed, inputs);
  if (observed.type === "absent") {
    const faults = faultsOfMaking(observed, inputs, sourceBytes);
    return faults.length === 0 ? { verdict: "make" } : refuse(faults);
  }
  if (!observed.isOurs && inputs.adopt !== true) {
    return {
      verdict: "refuse",
      why: "notOwned",
      faults: [
        `${inputs.path} exists already and was not made by us, so it is left alone. Set adopt: true to take it over with all it holds, or choose another path.`,
      ],
    };
  }
  const faults = faultsOfExisting(observed, inputs);
  if (faults.length > 0) return refuse(faults);
  const isSmaller = (observed.sizeBytes ?? 0) < (sizeBytesOf(inputs) ?? 0);
  return { verdict: isSmaller ? "grow" : observed.isOurs ? "asDeclared" : "adopt" };
}

/** Why the image must not be removed now; empty when it may. */
export function faultsOfRemoving(observed: ObservedImage, path: string): string[] {
  if (observed.type === "absent") return [];
  if (!observed.isOurs) {
    return [
      `${path} does not carry our mark any more, so it is left alone. Set keepOnDelete: true, or remove the file by hand.`,
    ];
  }
  if (observed.users.length > 0) {
    return [
      `${path} is in use by ${describeImageUsers(observed.users)}. Stop that first; an image is never pulled from under a guest.`,
    ];
  }
  return [];
}

function judgeDevice(observed: ObservedImage, inputs: DiskImageInputs): Judgement {
  const { path } = inputs;
  if (observed.type !== "block") {
    return refuse([
      observed.type === "absent"
        ? `There is no ${path} on the host. Create the device first, or correct the path.`
        : `${path} is no block device. For a file set format to "raw" or "qcow2".`,
    ]);
  }
  const faults: string[] = [];
  const wanted = sizeBytesOf(inputs);
  if (wanted !== undefined && (observed.sizeBytes ?? 0) < wanted) {
    faults.push(
      `${path} has ${gib(observed.sizeBytes ?? 0)} GiB, less than sizeGiB ${gib(wanted)}. Choose a bigger device or a smaller size.`,
    );
  }
  if (observed.deviceUse !== "")
    faults.push(`${path} is in use by the host itself (${observed.deviceUse}). Free it, or choose another device.`);
  return faults.length === 0 ? { verdict: "asDeclared" } : refuse(faults);
}

function faultsOfMaking(observed: ObservedImage, inputs: DiskImageInputs, sourceBytes: number | undefined): string[] {
  const { source, format, path } = inputs;
  const faults: string[] = [];
  if (observed.obstacle !== undefined)
    faults.push(`${observed.obstacle} is no folder, so ${path} cannot be made. Choose another path.`);
  faults.push(...isNotMounted(observed, path));
  if (format === "qcow2" && !observed.tools.includes("qemu-img")) faults.push(missingQemuImg);
  if (source !== undefined && isUrl(source) && !hasDownloader(observed.tools)) faults.push(missingDownloader(source));
  const needed = bytesWrittenAtOnce(inputs) + (sourceBytes ?? 0);
  if (observed.freeBytes < needed) {
    faults.push(
      `${observed.folder} has ${mib(observed.freeBytes)} MiB free, and making ${path} writes ${mib(needed)} MiB at once. Free some space, or choose another path.`,
    );
  }
  return faults;
}

function faultsOfExisting(observed: ObservedImage, inputs: DiskImageInputs): string[] {
  const { path } = inputs;
  if (observed.type !== "file" || observed.isLink)
    return [`${path} is no plain file${observed.isLink ? " but a symbolic link" : ""}. Choose another path.`];
  if (observed.format !== inputs.format)
    return [`${path} is no ${inputs.format} image. Correct format, or choose another path.`];
  const wanted = sizeBytesOf(inputs) ?? 0;
  const found = observed.sizeBytes ?? 0;
  if (found > wanted) {
    return [
      `${path} has ${gib(found)} GiB on the host, more than sizeGiB ${gib(wanted)}, and an image is never made smaller. Set sizeGiB to ${gib(found)}.`,
    ];
  }
  if (
    found < wanted &&
    inputs.format === "qcow2" &&
    observed.users.length === 0 &&
    !observed.tools.includes("qemu-img")
  )
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
export function isNotMounted(observed: ObservedImage, path: string): string[] {
  const { mountPointWhenMade: before, mountPoint: now } = observed;
  if (observed.type !== "absent" || !observed.isOurs || before === undefined || before === now) return [];
  return [
    `${path} was made on the file system mounted at ${before}, which is not mounted now. Mount it and run again.`,
  ];
}

const missingQemuImg =
  "qemu-img is missing on the host; it makes and grows qcow2 images. Install the package qemu-utils.";

function missingDownloader(source: SourceFile): string {
  return `None of curl, wget and python3 is on the host, so ${isUrl(source) ? source.url : source.path} cannot be fetched. Install one of them.`;
}

function hasDownloader(tools: readonly string[]): boolean {
  return ["curl", "wget", "python3"].some((tool) => tools.includes(tool));
}

function refuse(faults: readonly string[]): Judgement {
  return { verdict: "refuse", why: "impossible", faults };
}

const gib = (bytes: number): string => String(bytes / 1024 ** 3);
const mib = (bytes: number): string => String(Math.ceil(bytes / 1024 ** 2));
