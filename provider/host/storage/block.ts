/** A block device that exists already: a partition, a logical volume, a whole disk. It is looked at, never made, changed or removed. Pure. */
import { lines } from "../../shell";
import { saidWord } from "../owned-folder";
import { observePath, readPath } from "./path";
import { acceptedGiB, gib } from "./size";
import { letting, observeLetting } from "./udev-rule";
import { PERMITTED, type Storage, type StoredImage, type WantedImage } from "./storage";

export const block: Storage = {
  format: "block",
  isDevice: true,
  observe: lines([observePath, observeLetting]),
  read: (answer) => {
    const { head: _, ...seen } = readPath(answer);
    return { ...seen, permitted: saidWord(answer, "permitted", PERMITTED) };
  },
  sizeIs: ({ bytes }, declared) => bytes >= declared,
  cannotUse,
  outOfSight,
  lets: letting,
};

/** We never remove one: what is not there was taken away, or is not plugged in. */
function outOfSight({ type }: Pick<StoredImage, "type">, path: string): string[] {
  if (type !== "absent") return [];
  const remedy = path.includes("-iscsi-")
    ? "Log in to its target (iscsiadm --mode node --login)"
    : "Bring it back (a disk that is not plugged in, a target without a login, a volume that is not active)";
  return [
    `There is no ${path} on the host now, and a block device is never removed by this program. ${remedy} and run again; where it is gone for good, take the resource out of the program.`,
  ];
}

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
          `${path} has ${gib(sizeBytes)} GiB, less than sizeGiB ${gib(bytes)}. Choose a bigger device${sizeBytes < 512 ? "" : `, or set sizeGiB to ${acceptedGiB(sizeBytes, Math.floor)} or less`}.`,
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
