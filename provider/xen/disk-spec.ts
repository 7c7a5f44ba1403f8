/**
 * A guest's disk in xl's words (xl-disk-configuration(5)).
 *
 * Written in the key=value form with `target` last, since it swallows the rest of the string, commas included.
 * Read in that form, in xl's positional form and in xm's (`file:/path,xvda,w`).
 */
export const DISK_FORMATS = ["raw", "qcow2", "qcow", "vhd", "qed"] as const;
type DiskFormat = (typeof DISK_FORMATS)[number];

export interface DiskSpec {
  /** Path of the image file or block device on the host. */
  readonly target: string;
  readonly format: DiskFormat;
  /** What the guest sees: `xvda`. */
  readonly device: string;
  /** `w` read and write, `r` read only. */
  readonly mode: "r" | "w";
  /** Further keys as they stand: `backendtype=qdisk`, `script=…`. */
  readonly more: readonly string[];
}

export function renderDiskSpec(disk: DiskSpec): string {
  return [
    `format=${disk.format}`,
    `vdev=${disk.device}`,
    `access=${disk.mode === "w" ? "rw" : "ro"}`,
    ...disk.more,
    `target=${disk.target}`,
  ].join(",");
}

/** `undefined` where the text is no disk that we understand whole. */
export function parseDiskSpec(text: string): DiskSpec | undefined {
  return text.includes("target=") ? parseKeys(text) : parsePositions(text);
}

function parseKeys(text: string): DiskSpec | undefined {
  const at = text.indexOf("target=");
  const keys = text.slice(0, at).split(",").filter(Boolean);
  const value = (name: string): string | undefined =>
    keys.find((key) => key.startsWith(`${name}=`))?.slice(name.length + 1);
  const more = keys.filter((key) => !/^(format|vdev|access)=/.test(key));
  return made(text.slice(at + 7), value("format") ?? "raw", value("vdev"), value("access") ?? "rw", more);
}

function parsePositions(text: string): DiskSpec | undefined {
  const [first = "", ...rest] = text.split(",").map((part) => part.trim());
  const old = /^(?:(file|phy)|tap2?:(?:tapdisk:)?(aio|qcow2|vhd)):(.*)$/.exec(first);
  if (old !== null) {
    const [device, access = "w"] = rest;
    return made(old[3] ?? "", old[2] === undefined || old[2] === "aio" ? "raw" : old[2], device, access, []);
  }
  const [format = "", device, access = "rw"] = rest;
  return made(first, format === "" ? "raw" : format, device, access, []);
}

function made(
  target: string,
  format: string,
  device: string | undefined,
  access: string,
  more: readonly string[],
): DiskSpec | undefined {
  const known = DISK_FORMATS.find((name) => name === format);
  const mode = { r: "r", ro: "r", w: "w", rw: "w" }[access];
  if (known === undefined || device === undefined || mode === undefined || target === "") return undefined;
  return { target, format: known, device, mode: mode as "r" | "w", more };
}
