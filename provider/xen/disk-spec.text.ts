/** What xl keeps of a disk while it reads one, and what it refuses on the way (libxlu_disk_l.l, the helper functions). */

/** What xl keeps of the text, by its names. */
export interface DiskText {
  target?: string;
  format?: string;
  vdev?: string;
  script?: string;
  backend?: string;
  backendtype?: string;
  specification?: string;
  "colo-host"?: string;
  "colo-port"?: string;
  "colo-export"?: string;
  "active-disk"?: string;
  "hidden-disk"?: string;
  isReadOnly: boolean;
  isCdrom: boolean;
  /** Words that switch, by what they switch; the last says it. */
  switches: Map<string, string>;
}

export type Saved = Exclude<keyof DiskText, "isReadOnly" | "isCdrom" | "switches">;

export class Fault extends Error {
  constructor(reason: string, near?: string) {
    super(near === undefined ? reason : `${reason}: near \`${near}'`);
  }
}

export function setDeviceAndType(disk: DiskText, word: string): boolean {
  const colon = word.lastIndexOf(":");
  if (colon < 0) return false;
  saveText(disk, "vdev", word.slice(0, colon));
  const type = word.slice(colon + 1);
  if (type !== "cdrom" && type !== "disk") throw new Fault("unknown deprecated type", type);
  disk.isCdrom = type === "cdrom";
  return true;
}

export function saveText(disk: DiskText, key: Saved, value: string): void {
  if (disk[key] !== undefined && disk[key] !== "") throw new Fault(`${key} respecified`, value);
  disk[key] = value;
}

export function setFormat(disk: DiskText, word: string): void {
  const format = word === "" ? "raw" : word;
  if (!["raw", "qcow", "qcow2", "vhd", "empty", "qed"].includes(format))
    throw new Fault("unknown value for format", word);
  if (disk.format !== undefined && disk.format !== format) throw new Fault("format respecified", word);
  disk.format = format;
}

export function setAccess(disk: DiskText, word: string): void {
  if (!["r", "ro", "rw", "w", ""].includes(word)) throw new Fault("unknown value for access", word);
  disk.isReadOnly = word.startsWith("r") && word !== "rw";
}

export function setOneOf(
  disk: DiskText,
  key: "backendtype" | "specification",
  word: string,
  values: readonly string[],
): void {
  const value = word.slice(key.length + 1);
  if (!values.includes(value)) throw new Fault(`unknown value for ${key}`, value);
  const member = key === "backendtype" ? "backend" : key;
  if (disk[key] !== undefined && disk[key] !== value) throw new Fault(`${member} respecified`, value);
  disk[key] = value;
}

export function setPort(disk: DiskText, word: string): void {
  const port = Number(/^[ \t\n\v\f\r]*([+-]?[0-9]+)/.exec(word)?.[1] ?? 0);
  if (port === 0) throw new Fault("unknown value for colo_port", word);
  disk["colo-port"] = String(port);
}
