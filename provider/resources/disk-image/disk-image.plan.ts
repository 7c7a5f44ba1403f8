/** What a disk image's inputs mean, and what a change of them does. Pure. */
import type { Effect } from "../../effect";
import type { Change } from "../../change";
import { isUnknown, shown } from "../../property";
import { type Failure, propertyChange } from "../../pulumi";
import { completeSource, describeSource, isSameContent } from "../source-file/source-file.schema";
import type { DiskImageInputs } from "./disk-image.schema";

const GIB = 1024 ** 3;

/** Rules over several properties. */
export function diskImageFaults(inputs: DiskImageInputs): Failure[] {
  const { format = "raw", path, sizeGiB, source, preallocation, keepOnDelete } = inputs;
  const faults: Failure[] = [];
  const isDevice = path.startsWith("/dev/");
  if (format === "block") {
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
        reason: `is ${path}, but an image file cannot live there. For a block device set format to "block".`,
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
  const format = inputs.format ?? "raw";
  return {
    ...inputs,
    format,
    ...(format === "qcow2" ? { preallocation: inputs.preallocation ?? "off" } : {}),
    ...(inputs.source === undefined ? {} : { source: completeSource(inputs.source) }),
    keepOnDelete: inputs.keepOnDelete ?? format === "block",
  };
}

/** What differs, and what it does. Both are completed inputs. */
export function diskImageChanges(olds: DiskImageInputs, news: DiskImageInputs): Change[] {
  const secret = (property: string): boolean => (news.secretProperties ?? []).includes(property);
  const change = (property: keyof DiskImageInputs, effect: Effect): Change[] =>
    propertyChange(property, olds[property], news[property], effect, { secret: secret(property) });
  // What is kept on the host is not lost when another image takes its place in the program.
  const losesData = olds.keepOnDelete !== true;
  const changes: Change[] = [
    ...[...change("path", "replace"), ...change("format", "replace")].map((lost) => ({ ...lost, losesData })),
    ...change("sizeGiB", "live").map(({ text }) => sizeChange(olds, news, text)),
  ];
  if (news.source !== undefined && !isSameContent(olds.source, news.source)) {
    const named = `source ${describeSource(news.source, secret("source"))}`;
    changes.push({ property: "source", text: `${named}: another beginning`, effect: "replace", losesData });
  } else if (olds.source !== undefined && JSON.stringify(olds.source) !== JSON.stringify(news.source)) {
    changes.push({ property: "source", text: "source (the image is made already)", effect: "none" });
  }
  if (olds.preallocation !== news.preallocation && olds.format === news.format) {
    const made = change("preallocation", "none");
    changes.push(...made.map(({ text, ...rest }) => ({ ...rest, text: `${text} (the image is made already)` })));
  }
  return [...changes, ...change("keepOnDelete", "none")];
}

function sizeChange(olds: DiskImageInputs, news: DiskImageInputs, text: string): Change {
  const property = "sizeGiB";
  const [before, after] = [olds.sizeGiB, news.sizeGiB];
  const comparable = typeof before === "number" && typeof after === "number" && !isUnknown(before) && !isUnknown(after);
  const isOtherImage = olds.path !== news.path || olds.format !== news.format;
  if (!comparable || isOtherImage || news.format === "block")
    return { property, text, effect: news.format === "block" ? "none" : "live" };
  if (after >= before) return { property, text, effect: "live" };
  return {
    property,
    text,
    effect: "none",
    refused: `is ${after}, but the image has ${before} GiB, and an image is never made smaller: what a guest stored at its end would be cut off. Set sizeGiB to ${before} or more, or make a new image at another path.`,
  };
}

/** The plan of a create, for people. */
export function diskImageCreation(inputs: DiskImageInputs): string[] {
  const { format, preallocation, source } = inputs;
  const [path, size] = [shown(inputs.path), shown(inputs.sizeGiB)];
  if (format === "block") return [`use block device ${path}`];
  const kind =
    format === "qcow2"
      ? `qcow2 image${preallocation === "metadata" ? " with its tables laid out" : ""}`
      : "sparse raw image";
  const from =
    source === undefined ? "" : ` from ${describeSource(source, inputs.secretProperties?.includes("source") === true)}`;
  return [`create ${kind} ${path} of ${size} GiB${from}`];
}

/** The size in bytes; `undefined` where the user leaves it open (block devices). */
export function sizeBytesOf(inputs: Pick<DiskImageInputs, "sizeGiB">): number | undefined {
  return inputs.sizeGiB === undefined ? undefined : inputs.sizeGiB * GIB;
}

/** A size as the user would write it; exact, so that drift of a single sector shows. */
export function sizeGiBOf(bytes: number): number {
  return bytes / GIB;
}
