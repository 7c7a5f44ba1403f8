/** What a kernel can run as (library/kernel-types.py), of images made here in each form, under each Python; real ones of Debian were read by hand. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { KERNEL_TYPES, readKernelTypes, recordKernelTypes } from "../../../provider/host/kernel-types";
import { LocalShell } from "../../support/local-shell";
import { note } from "../../support/notes";
import { findPython2, onlyPython } from "../../support/python2";

jest.setTimeout(60_000);

const python2 = findPython2();
if (python2 === undefined) note("not run: what a kernel can run as, under Python 2: no python2");

/** An ELF file with these notes of Xen and one of somebody else. */
function kernel(notes: readonly number[], isWide = true): Buffer {
  const note = (name: string, type: number): Buffer => {
    const head = Buffer.alloc(12 + 4 + 8);
    head.writeUInt32LE(name.length + 1, 0);
    head.writeUInt32LE(8, 4);
    head.writeUInt32LE(type, 8);
    head.write(name, 12);
    return head;
  };
  const body = Buffer.concat([note("GNU", 1), note("GNU", 18), ...notes.map((type) => note("Xen", type))]);
  const [headerSize, entrySize] = isWide ? [64, 56] : [52, 32];
  const elf = Buffer.alloc(headerSize + entrySize);
  elf.write("\u007fELF", 0);
  elf.writeUInt8(isWide ? 2 : 1, 4);
  elf.writeUInt32LE(headerSize, isWide ? 32 : 28);
  elf.writeUInt16LE(entrySize, isWide ? 54 : 42);
  elf.writeUInt16LE(1, isWide ? 56 : 44);
  elf.writeUInt32LE(4, headerSize);
  elf.writeUInt32LE(elf.length, headerSize + (isWide ? 8 : 4));
  elf.writeUInt32LE(body.length, headerSize + (isWide ? 32 : 16));
  return Buffer.concat([elf, body]);
}

/** The kernel inside a bzImage, with the size that stands behind it. */
function bzImage(payload: Buffer): Buffer {
  const setup = Buffer.alloc(5 * 512);
  setup.writeUInt8(4, 497);
  setup.write("HdrS", 514);
  setup.writeUInt16LE(0x20f, 518);
  setup.writeUInt32LE(16, 584);
  setup.writeUInt32LE(payload.length + 4, 588);
  return Buffer.concat([setup, Buffer.alloc(16), payload, Buffer.from([1, 2, 3, 4])]);
}

function compressed(tool: string, ...words: readonly string[]): (elf: Buffer) => Buffer {
  return (elf) => {
    const ran = spawnSync(tool, words, { input: elf });
    if (ran.status !== 0) throw new Error(`${tool}: ${String(ran.stderr)}`);
    return ran.stdout;
  };
}

/** Whether this machine has them. */
const TOOLS: readonly (readonly [string, readonly string[]])[] = [
  ["zstd", ["-c"]],
  ["lz4", ["-l", "-c"]],
];
const PACKERS: Record<string, (elf: Buffer) => Buffer> = {
  gzip: (elf) => gzipSync(elf),
  xz: compressed("xz", "--check=crc32", "-c"),
};
for (const [tool, words] of TOOLS) {
  if (spawnSync(tool, ["--version"]).status === 0) PACKERS[tool] = compressed(tool, ...words);
  else note(`not run: a kernel packed with ${tool}: no ${tool}`);
}

describe.each(["python3", ...(python2 === undefined ? [] : [python2.path])])(
  "the record of a kernel, by %s",
  (python) => {
    let shell: LocalShell;
    beforeEach(() => {
      shell = new LocalShell();
      if (python !== "python3")
        shell.path = onlyPython(shell.at("bin"), python, "sh dash mv rm sync gzip xz bzip2 zstd lz4");
    });
    afterEach(() => shell.remove());

    const record = async (image: Buffer): Promise<string> => {
      writeFileSync(shell.at("vmlinuz"), image);
      expect(await shell.run(recordKernelTypes(shell.root, "vmlinuz"))).toMatchObject({ exitCode: 0, stderr: "" });
      return readFileSync(shell.at(KERNEL_TYPES), "utf8").trim();
    };

    it.each(Object.entries(PACKERS))("tells the types of a bzImage packed with %s", async (_, pack) => {
      expect(await record(bzImage(pack(kernel([6, 1, 18]))))).toBe("pv pvh");
      expect(await record(bzImage(pack(kernel([6, 18]))))).toBe("pvh");
      expect(await record(bzImage(pack(kernel([]))))).toBe("none");
    });

    it("tells those of a plain kernel, of 32 bits too", async () => {
      expect(await record(kernel([1]))).toBe("pv");
      expect(await record(kernel([1, 18], false))).toBe("pv pvh");
      expect(await record(gzipSync(kernel([1])))).toBe("pv");
    });

    it("says that nobody can tell, and why, of what is none, is cut or is packed in another way", async () => {
      for (const image of [
        Buffer.from("no kernel"),
        Buffer.alloc(0),
        bzImage(Buffer.from("?????")),
        bzImage(Buffer.from("\u007fELF")),
        bzImage(gzipSync(kernel([1])).subarray(0, 40)),
      ]) {
        const said = await record(image);
        expect(said).toMatch(/^unknown [a-zE-].+$/);
        expect(readKernelTypes(said)).toBeUndefined();
      }
    });
  },
);

test("a record names types, none, or nothing that counts", () => {
  expect(readKernelTypes("pv pvh")).toEqual(["pv", "pvh"]);
  expect(readKernelTypes("none")).toEqual([]);
  for (const text of [undefined, "", "unknown why", "pv of old"]) expect(readKernelTypes(text)).toBeUndefined();
});
