/** A block device that exists already: a partition, a logical volume, a whole disk. It is looked at, never made, changed or removed. Pure. */
import { observePath, readPath } from "./path";
import { acceptedGiB, gib } from "./size";
import type { Storage, StoredImage, WantedImage } from "./storage";

export const block: Storage = {
  format: "block",
  isDevice: true,
  observe: observePath,
  read: (answer) => {
    const { head: _, ...seen } = readPath(answer);
    return seen;
  },
  sizeIs: ({ bytes }, declared) => bytes >= declared,
  cannotUse,
  outOfSight: () => [],
};

function cannotUse({ type, sizeBytes = 0, deviceUse }: StoredImage, { path, bytes }: WantedImage): string[] {
  if (type !== "block") {
    return [
      type === "absent"
        ? `There is no ${path} on the host. Create the device first, or correct the path.`
        : `${path} is no block device. For a file set format to "raw" or "qcow2".`,
    ];
  }
  return [
    ...(bytes === undefined || sizeBytes >= bytes
      ? []
      : [
          `${path} has ${gib(sizeBytes)} GiB, less than sizeGiB ${gib(bytes)}. Choose a bigger device, or set sizeGiB to ${acceptedGiB(sizeBytes, Math.floor)} or less.`,
        ]),
    ...isInUseByHost(path, deviceUse),
  ];
}

/** Mounted, swap, or part of something that is stacked on it. */
export function isInUseByHost(path: string, deviceUse: string): string[] {
  return deviceUse === ""
    ? []
    : [`${path} is in use by the host itself (${deviceUse}). Free it, or choose another device.`];
}
