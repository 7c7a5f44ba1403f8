/**
 * A guest's disk in xl's words (xl-disk-configuration(5)).
 *
 * Written in the key=value form with `target` last, since it swallows the rest of the string, commas included. Read in
 * every form that xl reads (disk-spec.read.ts): all texts that mean the same to xl give the same value.
 */
import { readDiskText } from "./disk-spec.read";
import type { DiskText } from "./disk-spec.text";

export const DISK_FORMATS = ["raw", "qcow2", "qcow", "vhd", "qed"] as const;
/** `empty`: a CD drive without a medium. */
type DiskFormat = (typeof DISK_FORMATS)[number] | "empty";

export interface DiskSpec {
  /** Path of the image file or block device on the host. */
  readonly target: string;
  readonly format: DiskFormat;
  /** What the guest sees: `xvda`. */
  readonly device: string;
  /** `w` read and write, `r` read only. */
  readonly mode: "r" | "w";
  /** Further words of xl, in its order: `backendtype=qdisk`, `devtype=cdrom`, `script=…`, `discard`. */
  readonly more: readonly string[];
}

export function renderDiskSpec(disk: DiskSpec): string {
  // xl takes one comma from the end.
  const comma = disk.target.endsWith(",") ? "," : "";
  return [
    `format=${disk.format}`,
    `vdev=${disk.device}`,
    `access=${disk.mode === "w" ? "rw" : "ro"}`,
    ...disk.more,
    ...(disk.target === "" && disk.more.includes("devtype=cdrom") ? [] : [`target=${disk.target}${comma}`]),
  ].join(",");
}

/** `undefined` where xl refuses the text. */
export function parseDiskSpec(text: string): DiskSpec | undefined {
  const read = readDiskSpec(text);
  return "disk" in read ? read.disk : undefined;
}

/** The disk, or xl's reason why it is none. */
export function readDiskSpec(text: string): { disk: DiskSpec } | { refused: string } {
  const read = readDiskText(text);
  if ("refused" in read) return read;
  const { target = "", format = "raw", vdev = "", isReadOnly, isCdrom } = read.disk;
  return {
    disk: {
      target,
      format: isCdrom && target === "" ? "empty" : (format as DiskFormat),
      device: vdev,
      mode: isReadOnly || isCdrom ? "r" : "w",
      more: moreOf(read.disk),
    },
  };
}

function moreOf(disk: DiskText): string[] {
  const word = (key: string, value: string | undefined): string[] => (value === undefined ? [] : [`${key}=${value}`]);
  return [
    ...word("backend", disk.backend),
    ...word("backendtype", disk.backendtype),
    ...word("specification", disk.specification),
    ...(disk.isCdrom ? ["devtype=cdrom"] : []),
    ...word("script", disk.script),
    ...disk.switches.values(),
    ...word("colo-host", disk["colo-host"]),
    ...word("colo-port", disk["colo-port"]),
    ...word("colo-export", disk["colo-export"]),
    ...word("active-disk", disk["active-disk"]),
    ...word("hidden-disk", disk["hidden-disk"]),
  ];
}
