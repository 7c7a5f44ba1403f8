/** What a pretended disk holds: a boot sector and a few lines, so that pygrub and we can tell it from an empty one. */
import { closeSync, existsSync, openSync, readSync, statSync, writeSync } from "node:fs";

export interface DiskContent {
  readonly isThere: boolean;
  /** Nothing but zeros where content would be. */
  readonly isEmpty: boolean;
  /** An installer began and did not end. */
  readonly isPartial: boolean;
  /** Names what was written, so that its loss is seen. */
  readonly token: string | undefined;
  readonly hasKernel: boolean;
}

/** By which a kernel is known to be an installer's. */
export const INSTALLER_KERNEL = "an installer's kernel\n";

const HEAD_BYTES = 2048;
const LINES_AT = 512;

export function readContent(path: string): DiskContent {
  if (!existsSync(path) || !statSync(path).isFile())
    return { isThere: false, isEmpty: true, isPartial: false, token: undefined, hasKernel: false };
  const bytes = Buffer.alloc(HEAD_BYTES);
  const file = openSync(path, "r");
  readSync(file, bytes, 0, HEAD_BYTES, 0);
  closeSync(file);
  const lines = bytes.subarray(LINES_AT).toString("latin1").replaceAll("\0", "").split("\n");
  return {
    isThere: true,
    isEmpty: bytes.every((byte) => byte === 0),
    isPartial: lines.includes("partial"),
    token: lines.find((line) => line.startsWith("token="))?.slice("token=".length),
    hasKernel: lines.includes("kernel"),
  };
}

/** The head of a disk that holds a system, as an image to start from or as an installer leaves it. */
export function systemHead(token: string | undefined): Buffer {
  return headOf([...(token === undefined ? [] : [`token=${token}`]), "kernel"]);
}

export function writeContent(path: string, what: { token?: string; kind: "system" | "data" | "partial" }): void {
  if (!existsSync(path)) return;
  const lines = what.token === undefined ? [] : [`token=${what.token}`];
  const file = openSync(path, "r+");
  writeSync(file, headOf([...lines, what.kind === "system" ? "kernel" : what.kind]), 0, undefined, 0);
  closeSync(file);
}

function headOf(lines: readonly string[]): Buffer {
  const bytes = Buffer.alloc(HEAD_BYTES);
  bytes.writeUInt16BE(0x55aa, 510);
  bytes.write(`\n${lines.join("\n")}\n`, LINES_AT, "latin1");
  return bytes;
}
