/** What a disk image's inputs mean together: rules over several properties, defaults, what a creation does. Pure. */
import { VOLUME_RULE, isVolumePath } from "../../host/storage/lvm/volume-name";
import { shown, withDefaults } from "../../property";
import type { Failure } from "../../pulumi";
import { type DiskImageInputs, diskImageTable } from "./disk-image.properties";
import { completeImageSource, describeImageSource, isImage } from "./disk-image.source";

export function diskImageFaults(inputs: DiskImageInputs): Failure[] {
  const { format = "raw", path, sizeGiB, source, preallocation, keepOnDelete } = inputs;
  const faults: Failure[] = [];
  const isDevice = path.startsWith("/dev/");
  if (source !== undefined && isImage(source) && source.image === path)
    faults.push({
      property: "source.image",
      reason: `is ${path}, the image itself. Give another image, or remove source.`,
    });
  if (inputs.thinPool !== undefined && format !== "lvm") {
    faults.push({
      property: "thinPool",
      reason: `counts for logical volumes only, and the format is ${format}. Remove it or set format to "lvm".`,
    });
  }
  if (format === "lvm") {
    if (!isVolumePath(path)) faults.push({ property: "path", reason: `is ${path}, but ${VOLUME_RULE}.` });
    if (sizeGiB === undefined)
      faults.push({ property: "sizeGiB", reason: "is missing: give the size of the disk in GiB, such as 10." });
  } else if (format === "block") {
    if (!isDevice)
      faults.push({
        property: "path",
        reason: `is ${path}, but a block device is under /dev. For a file set format to "raw" or "qcow2".`,
      });
    if (source !== undefined)
      faults.push({
        property: "source",
        reason: "cannot be given for a block device: it is never written to. Remove it, or use an image file.",
      });
    if (keepOnDelete === false)
      faults.push({
        property: "keepOnDelete",
        reason: "cannot be false for a block device: it is never removed. Leave it out.",
      });
  } else {
    if (/^\/(dev|proc|sys|run)\//.test(path)) {
      faults.push({
        property: "path",
        reason: `is ${path}, but an image file cannot live there. For a block device that exists set format to "block", for a logical volume "lvm".`,
      });
    }
    if (sizeGiB === undefined)
      faults.push({ property: "sizeGiB", reason: "is missing: give the size of the disk in GiB, such as 10." });
  }
  if (preallocation !== undefined && format !== "qcow2") {
    faults.push({
      property: "preallocation",
      reason: `counts for qcow2 only, and the format is ${format}. Remove it or set format to "qcow2".`,
    });
  }
  return faults;
}

/** Defaults and normal forms. */
export function completeDiskImage(inputs: DiskImageInputs): DiskImageInputs {
  const whole: DiskImageInputs = withDefaults(diskImageTable, inputs, undefined);
  return whole.source === undefined ? whole : { ...whole, source: completeImageSource(whole.source) };
}

/** The plan of a create, for people. */
export function diskImageCreation(inputs: DiskImageInputs): string[] {
  const { format, preallocation, source, secretProperties = [] } = inputs;
  const path = shown(inputs.path);
  const size = shown(inputs.sizeGiB, { secret: secretProperties.includes("sizeGiB") });
  if (secretProperties.includes("format")) return [`create or use disk image ${path}`];
  const from = source === undefined ? "" : ` from ${describeImageSource(source, secretProperties)}`;
  if (format === "lvm") {
    const pool =
      inputs.thinPool === undefined
        ? ""
        : ` in thin pool ${shown(inputs.thinPool, { secret: secretProperties.includes("thinPool") })}`;
    return [`create logical volume ${path} of ${size} GiB${pool}${from}`];
  }
  if (format === "block") return [`use block device ${path}`];
  const isLaidOut = preallocation === "metadata" && !secretProperties.includes("preallocation");
  const kind = format === "qcow2" ? `qcow2 image${isLaidOut ? " with its tables laid out" : ""}` : "sparse raw image";
  return [`create ${kind} ${path} of ${size} GiB${from}`];
}
