/**
 * A disk in xm's words, `TYPE:PATH,DEVICE,MODE` (xm/create.py). xm has no other form: what xl writes today, `format=raw,vdev=xvda,…`,
 * it reads as a disk called `format=raw` and says nothing (seen with 4.2.5). Pure.
 */
import type { DiskSpec } from "../../xen";

/** What serves a file: the loop driver, or the user-space tools of blktap. */
const PREFIXES: Readonly<Record<string, string>> = {
  raw: "file:",
  qcow: "tap:qcow:",
  qcow2: "tap:qcow2:",
  vhd: "tap2:vhd:",
};

const CDROM = "devtype=cdrom";

/** Its first word, `file:/xen/vm/guest1.img`. */
export function diskUname({ target, format }: DiskSpec): string {
  const isDevice = format === "raw" && target.startsWith("/dev/");
  return `${isDevice ? "phy:" : (PREFIXES[format] ?? "file:")}${target}`;
}

export function renderXmDisk(disk: DiskSpec): string {
  return `${diskUname(disk)},${disk.device}${disk.more.includes(CDROM) ? ":cdrom" : ""},${disk.mode}`;
}

/** Why xm cannot have the disk; nothing: it can. */
export function diskRefusals({ target, format, device, more }: DiskSpec): string[] {
  const foreign = more.filter((word) => word !== CDROM);
  return [
    ...(PREFIXES[format] === undefined
      ? [`The disk ${device} is ${format}, which xm does not know. Convert it to raw.`]
      : []),
    // It takes the text apart at commas, and nothing quotes one.
    ...(target.includes(",") ? [`The path ${target} holds a comma, which xm reads as its end. Rename the file.`] : []),
    ...(foreign.length === 0
      ? []
      : [`The disk ${device} has ${foreign.join(", ")}, which xm does not know. Remove it.`]),
  ];
}

/** As xend tells of it: `tap:qcow2:/xen/vm/a.qcow2`, `xvda:disk`. */
export function diskOf(uname: string, dev: string, mode: string): DiskSpec {
  const [, format, path = ""] = /^(?:file:|phy:|tap2?:)?(?:(aio|sync|qcow2|qcow|vhd|vmdk):)?(.*)$/.exec(uname) ?? [];
  const [device = dev, kind] = dev.split(":");
  return {
    target: uname.startsWith("phy:") && !path.startsWith("/") ? `/dev/${path}` : path,
    format: format === "qcow" || format === "qcow2" || format === "vhd" ? format : "raw",
    device,
    mode: mode.startsWith("w") ? "w" : "r",
    more: kind === "cdrom" ? [CDROM] : [],
  };
}
