/** What a disk image's inputs mean together: rules over several properties, defaults, what a creation does. Pure. */
import { VOLUME_RULE, isVolumePath } from "../../host/storage/lvm/volume-name";
import { isLaidOut } from "../../host/storage/preallocation";
import { hasUnknown, isUnknown, shown, withDefaults } from "../../property";
import type { Failure } from "../../pulumi";
import { type DiskImageInputs, diskImageTable } from "./disk-image.properties";
import { snapshotFaults } from "./disk-image.snapshots";
import { isSecretSource } from "../source-file/source-file.schema";
import { publishedImage } from "./disk-image.distribution";
import {
  type ImageSource,
  completeImageSource,
  describeImageSource,
  isDistribution,
  isImage,
} from "./disk-image.source";

/** A file system takes 255. */
const MOST_OF_A_NAME = 200;

/** What lies beside an image while it is made or moves, and is cleared away (host/storage). */
const OF_ANOTHER = /\.pulumi-xen-(new|old|source)(\.[a-z]+)?$/;

export function diskImageFaults(inputs: DiskImageInputs): Failure[] {
  const { format = "raw", path, sizeGiB, source, preallocation, keepOnDelete } = inputs;
  const faults: Failure[] = [...trashFaults(inputs), ...snapshotFaults(inputs)];
  const isDevice = path.startsWith("/dev/");
  if (!isDevice && path.split("/").some((part) => part.length > MOST_OF_A_NAME))
    faults.push({
      property: "path",
      reason: `has a part of more than ${MOST_OF_A_NAME} characters, which leaves no room for the name that the file has while it is made. Shorten it.`,
    });
  for (const [property, given] of [
    ["path", path],
    ["source.image", source !== undefined && isImage(source) ? source.image : ""],
  ] as const) {
    if (OF_ANOTHER.test(given))
      faults.push({
        property,
        reason: `is ${given}, a name that another image's file has while that is made or moves, and that is removed then. Choose another name.`,
      });
  }
  if (source !== undefined && isImage(source) && source.image === path)
    faults.push({
      property: "source.image",
      reason: `is ${path}, the image itself. Give another image, or remove source.`,
    });
  faults.push(...backingFaults(inputs));
  if (inputs.readableByBootLoader !== undefined && format !== "block") {
    faults.push({
      property: "readableByBootLoader",
      reason: `counts for block devices only, and the format is ${format}: such an image can be read without it. Remove it.`,
    });
  }
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
  if (preallocation !== undefined && format !== "qcow2" && (format !== "raw" || preallocation === "metadata")) {
    faults.push({
      property: "preallocation",
      reason:
        format === "raw"
          ? `is metadata, which counts for qcow2 only, and the format is raw. Set it to "falloc" or "full", or remove it.`
          : `counts for raw and qcow2 only, and the format is ${format}. Remove it or set format to "qcow2".`,
    });
  }
  return faults;
}

function trashFaults({ format = "raw", keepOnDelete, deleteAfterDays }: DiskImageInputs): Failure[] {
  if (deleteAfterDays === undefined) return [];
  const fault = (reason: string): Failure[] => [{ property: "deleteAfterDays", reason }];
  if (format === "block") return fault("cannot be given for a block device: it is never removed. Leave it out.");
  return keepOnDelete === true
    ? fault("contradicts keepOnDelete: true, by which the image stays at its path. Remove one of the two.")
    : [];
}

function backingFaults({ format = "raw", path, backing, source, preallocation = "off" }: DiskImageInputs): Failure[] {
  if (backing === undefined) return [];
  const fault = (property: string, reason: string): Failure[] => [{ property, reason }];
  return [
    ...(format === "qcow2"
      ? []
      : fault("backing", `counts for qcow2 only, and the format is ${format}. Remove it or set format to "qcow2".`)),
    ...(backing.path === path ? fault("backing", `is ${path}, the image itself. Give another image.`) : []),
    ...(source === undefined
      ? []
      : fault(
          "source",
          "cannot be given with backing: an image begins as a copy of one, or shares it. Remove one of the two.",
        )),
    ...(preallocation === "off"
      ? []
      : fault(
          "preallocation",
          "cannot be given with backing: an image that shares another takes space for what differs. Remove it.",
        )),
  ];
}

/** Defaults and normal forms. */
export function completeDiskImage(inputs: DiskImageInputs): DiskImageInputs {
  const whole: DiskImageInputs = withDefaults(diskImageTable, inputs, undefined);
  return whole.source === undefined ? whole : { ...whole, source: completeImageSource(whole.source) };
}

function sharing({ backing, secretProperties = [] }: DiskImageInputs): string {
  return backing === undefined
    ? ""
    : ` that shares ${isUnknown(backing) ? "another" : shown(backing.path, { secret: secretProperties.includes("backing") })}`;
}

const LAYOUT: ReadonlyMap<string, string> = new Map([
  ["metadata", " with its tables laid out"],
  ["falloc", " with all its space"],
  ["full", " with all its space written"],
]);

/** What makes sure that a distribution's image is the right one: which it will be, nobody knows offline. */
function howKnown(source: ImageSource, secrets: readonly string[]): string {
  if (!isDistribution(source) || hasUnknown(source) || isSecretSource("source", secrets)) return "";
  const { distribution, sha256, key } = source;
  if (sha256 !== undefined) return "";
  const signs = publishedImage(source).sums?.signed;
  if (signs === undefined) return `, the latest there by sums that ${distribution} does not sign`;
  return `, the latest there by sums that ${key === undefined ? distribution : "the given key"} signs`;
}

/** The plan of a create, for people. */
export function diskImageCreation(inputs: DiskImageInputs): string[] {
  const { format, preallocation, source, secretProperties = [] } = inputs;
  const path = shown(inputs.path);
  const size = shown(inputs.sizeGiB, { secret: secretProperties.includes("sizeGiB") });
  if (secretProperties.includes("format")) return [`create or use disk image ${path}`];
  const from =
    source === undefined
      ? ""
      : ` from ${describeImageSource(source, secretProperties)}${howKnown(source, secretProperties)}`;
  if (format === "lvm") {
    const pool =
      inputs.thinPool === undefined
        ? ""
        : ` in thin pool ${shown(inputs.thinPool, { secret: secretProperties.includes("thinPool") })}`;
    return [`create logical volume ${path} of ${size} GiB${pool}${from}`];
  }
  if (format === "block") return [`use block device ${path}`];
  const laid = secretProperties.includes("preallocation") ? "off" : (preallocation ?? "off");
  const kind =
    format === "qcow2" ? `qcow2 image${sharing(inputs)}` : isLaidOut(laid) ? "raw image" : "sparse raw image";
  return [`create ${kind}${LAYOUT.get(laid) ?? ""} ${path} of ${size} GiB${from}`];
}
