/** A move on the model host (host.ts): when an update comes to one, and what its steps do. */
import type { DiskImageInputs } from "../../../provider/resources/disk-image/disk-image.properties";
import { isElsewhere } from "../../../provider/resources/disk-image/disk-image.move";
import type { ObservedImage } from "../../../provider/resources/disk-image/disk-image.observe";
import type { Located } from "../../../provider/resources/disk-image/disk-image.where";
import type { File, Host } from "./host";
import { inExtents } from "./volumes";

/** The image that the claim names, where the program declares another path or format. */
export function locatedOn(host: Host, inputs: DiskImageInputs, seen?: ObservedImage): Located | undefined {
  const { path, claim, format = "raw" } = host;
  if (claim === undefined) return undefined;
  const found = { path, format: seen?.format ?? format };
  return isElsewhere(found, inputs)
    ? { claimId: claim.id, owner: claim.owner, ...found, moving: undefined }
    : undefined;
}

/** The host as it is looked at for the place to which an image goes. */
export function placeOn(host: Host, { path, format }: DiskImageInputs): Host {
  if (path === host.path) return { ...host, format };
  const nothing = { file: undefined, claim: undefined, phase: undefined, made: undefined, madeOf: undefined };
  return { ...host, ...nothing, asked: undefined, path, format };
}

/** `was`: what the image is on the host, which may be another format than it was made with. */
export function movedHost(host: Host, inputs: DiskImageInputs, was: string, script: string): Host | string {
  const { file, count } = host;
  if (file === undefined) return "there is no image to move";
  const { path, format = "raw" } = inputs;
  const bytes = was === "qcow2" ? file.virtualBytes : file.bytes;
  if (bytes === undefined) return "it is no qcow2 image";
  const group = (of: string): string => of.split("/").slice(0, -1).join("/");
  const isRenamed = was === format && (format !== "lvm" || group(path) === group(host.path));
  const inode = isRenamed ? file.inode : count + 1;
  const asked = Number(/ mv_asked=(\d+) mv_named/.exec(script)?.[1]);
  return {
    ...host,
    path,
    format,
    file: isRenamed
      ? file
      : { ...copied(format, bytes, inode), isThin: format === "lvm" && inputs.thinPool !== undefined },
    made: isRenamed ? host.made : inode,
    asked: format === "lvm" ? asked : undefined,
    phase: "moving",
    count: count + 1,
  };
}

function copied(format: string, bytes: number, inode: number): File {
  if (format === "lvm") return { bytes: inExtents(bytes), inode };
  return format === "qcow2" ? { bytes: 196624, virtualBytes: bytes, inode } : { bytes, inode };
}
