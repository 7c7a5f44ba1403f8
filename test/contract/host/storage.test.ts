/** The kinds of storage under the suite that they share, with the real programs of this machine; devices that exist already beside it. */
import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, readSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { block } from "../../../provider/host/storage/block";
import { qcow2 } from "../../../provider/host/storage/qcow2";
import { raw } from "../../../provider/host/storage/raw";
import type { Storage } from "../../../provider/host/storage/storage";
import { sh } from "../../../provider/shell";
import { LocalShell } from "../../support/local-shell";
import { note } from "../../support/notes";
import { type StorageHost, storageSuite } from "../../suites/storage";

jest.setTimeout(120_000);

/** Of a qcow2 image what a guest sees goes through QEMU's own program. */
function fileHost(storage: Storage, program: string): StorageHost {
  const shell = new LocalShell(program.split(" "));
  const path = shell.at("xen", "g.img");
  const folder = shell.at("var", "pulumi-xen", "disk-image", "g.img");
  mkdirSync(folder, { recursive: true });
  const isQcow2 = storage.format === "qcow2";
  const io = (...words: string[]): string => execFileSync("qemu-io", ["-f", "qcow2", ...words, path]).toString();
  return {
    shell,
    place: { path, folder },
    bytesAt: (offset, length) => {
      if (isQcow2 && length < 20) return fromDump(io("-c", `read -v ${offset} 512`)).subarray(0, length);
      return readAt(path, offset, length);
    },
    writeAt: (offset, text) => {
      if (isQcow2) {
        writeFileSync(shell.at("content"), text.padEnd(512, "\0"));
        io("-c", `write -s ${shell.at("content")} ${offset} 512`);
      } else writeAt(path, offset, text);
    },
    makeAnothers: (text) => {
      mkdirSync(shell.at("xen"), { recursive: true });
      writeFileSync(path, text);
    },
    end: () => shell.remove(),
  };
}

function readAt(path: string, offset: number, length: number): Buffer {
  const fd = openSync(path, "r");
  const bytes = Buffer.alloc(length);
  const read = readSync(fd, bytes, 0, length, offset);
  closeSync(fd);
  return bytes.subarray(0, read);
}

function writeAt(path: string, offset: number, text: string): void {
  const fd = openSync(path, "r+");
  writeSync(fd, text, offset);
  closeSync(fd);
}

/** Lines such as `00100000:  64 61 74 61 …  data…`. */
function fromDump(dump: string): Buffer {
  const bytes = dump.split("\n").flatMap((line) => {
    const hexadecimal = /^[0-9a-f]{8}: {2}((?:[0-9a-f]{2} ){16})/.exec(line)?.[1];
    return hexadecimal === undefined ? [] : hexadecimal.trim().split(" ");
  });
  return Buffer.from(bytes.join(""), "hex");
}

const hasQemu = spawnSync("qemu-io", ["--version"]).status === 0;
if (!hasQemu) note("not run: qcow2 images (no qemu-io)");

for (const program of ["dash", "busybox sh"]) {
  describe(`a raw file under ${program}`, () => storageSuite(raw, () => fileHost(raw, program)));
}
describe("a qcow2 file", () => storageSuite(qcow2, () => (hasQemu ? fileHost(qcow2, "dash") : undefined)));

describe("a block device that exists already", () => {
  it("is nobody's of us to make, and is compared with what is asked for", async () => {
    const shell = new LocalShell();
    const file = shell.at("disk");
    writeFileSync(file, "");
    truncateSync(file, 4 * 1024 ** 2);
    const attached = spawnSync("losetup", ["--find", "--show", file], { encoding: "utf8" });
    const path = attached.stdout.trim();
    if (attached.status !== 0) note("not run: a block device (no loop device for this user)");
    else {
      try {
        const seen = await shell.ask({
          about: "the device",
          script: sh`image=${path} mark=/nowhere
${block.observe}`,
          read: (answer) => block.read(answer, path),
        });
        expect(seen).toMatchObject({ type: "block", sizeBytes: 4 * 1024 ** 2, format: "block", deviceUse: "" });
        const wanted = { path, preallocation: undefined, source: undefined };
        expect(block.cannotUse(seen, { ...wanted, bytes: 2 * 1024 ** 2 }, false)).toEqual([]);
        expect(block.cannotUse(seen, { ...wanted, bytes: 8 * 1024 ** 2 }, false)).toEqual([
          expect.stringContaining("Choose a bigger device"),
        ]);
        expect(block.makes).toBeUndefined();
      } finally {
        execFileSync("losetup", ["--detach", path]);
      }
    }
    shell.remove();
  });
});
