/**
 * Images that take their space at once, through the functions that Pulumi calls, with the real programs of this machine: judged by the blocks
 * that the file system counts and by `qemu-img map`.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from "node:fs";
import { diskImageKind } from "../../../provider/resources/disk-image/disk-image.lifecycle";
import { LocalShell } from "../../support/local-shell";
import { note } from "../../support/notes";
import { ResourceStack } from "../../support/resource-stack";
import { ShellHost } from "../../support/shell-host";
import { smallDisk } from "../../support/small-disk";

let host: ShellHost;
jest.mock("../../../provider/remote", () => ({
  ...jest.requireActual<object>("../../../provider/remote"),
  openHost: () => host,
}));
jest.setTimeout(180_000);

const MIB = 1024 ** 2;
const hasQemu = spawnSync("qemu-img", ["--version"]).status === 0;
if (!hasQemu) note("not run: preallocated qcow2 images (no qemu-img)");

describe.each([["dash"], ["busybox sh"]])("an image with preallocation under %s", (program) => {
  let shell: LocalShell;
  let path: string;
  const prod = new ResourceStack(diskImageKind);
  beforeEach(() => {
    shell = new LocalShell(program.split(" "));
    host = new ShellHost(shell);
    mkdirSync(shell.at("xen"));
    path = shell.at("xen", "g.img");
  });
  afterEach(() => shell.remove());

  const declared = (mebibytes: number, more: object = {}): object => ({
    connection: { host: "198.51.100.7" },
    path,
    sizeGiB: mebibytes / 1024,
    ...more,
  });
  const allocated = (): number => statSync(path).blocks * 512;
  /** What QEMU says of each part: has it blocks, and does it read as zeros? */
  const map = (format: string): { start: number; length: number; data: boolean; zero: boolean; offset?: number }[] =>
    JSON.parse(execFileSync("qemu-img", ["map", "--output=json", "-f", format, path]).toString()) as never;
  /** A source of 4 MiB that begins and ends with something. */
  const source = (content = disk()): object => {
    writeFileSync(shell.at("source"), content);
    return { path: shell.at("source"), sha256: createHash("sha256").update(content).digest("hex") };
  };
  const disk = (): Buffer => {
    const content = Buffer.alloc(4 * MIB);
    content.write("boot sector");
    content.write("the end", content.length - 7);
    return content;
  };
  const asRaw = (format: string): Buffer => {
    execFileSync("qemu-img", ["convert", "-f", format, "-O", "raw", path, shell.at("seen")]);
    return readFileSync(shell.at("seen"));
  };

  test.each([["falloc"], ["full"]])(
    "raw, %s, has all its blocks and reads as zeros, and what it grows by has them too",
    async (preallocation) => {
      const saved = await prod.create("disk", declared(8, { preallocation }));
      expect(allocated()).toBeGreaterThanOrEqual(8 * MIB);
      expect(readFileSync(path).every((byte) => byte === 0)).toBe(true);
      if (hasQemu) expect(map("raw").every(({ data }) => preallocation !== "full" || data)).toBe(true);
      const file = openSync(path, "r+");
      writeSync(file, "data of the guest", MIB);
      closeSync(file);
      const grown = await prod.update(saved, "disk", declared(11, { preallocation }));
      expect([allocated() >= 11 * MIB, grown.outs["sizeBytes"]]).toEqual([true, 11 * MIB]);
      expect(
        readFileSync(path)
          .subarray(MIB, MIB + 17)
          .toString(),
      ).toBe("data of the guest");
      // Control: without it nothing of what is added is there.
      const { outs } = await prod.update(grown, "disk", declared(20, { preallocation: "off" }));
      expect([allocated() < 15 * MIB, outs["sizeBytes"]]).toEqual([true, 20 * MIB]);
    },
  );

  test.each([["falloc"], ["full"]])("raw, %s, of a source holds it in blocks of its own", async (preallocation) => {
    await prod.create("disk", declared(8, { preallocation, source: source() }));
    expect(allocated()).toBeGreaterThanOrEqual(8 * MIB);
    const image = readFileSync(path);
    expect(image.subarray(0, 4 * MIB).equals(disk())).toBe(true);
    expect(image.subarray(4 * MIB).every((byte) => byte === 0)).toBe(true);
    const golden = path;
    path = shell.at("xen", "copy.img");
    await prod.create("copy", declared(8, { preallocation, source: { image: golden } }));
    expect([allocated() >= 8 * MIB, readFileSync(path).equals(image)]).toEqual([true, true]);
  });

  test.each([["metadata"], ["falloc"], ["full"]])(
    "qcow2, %s, has what it says laid out, from nothing and from a source of either format",
    async (preallocation) => {
      if (!hasQemu) return;
      const has = (mebibytes: number): boolean =>
        preallocation === "metadata" ? allocated() < 4 * MIB : allocated() >= mebibytes * MIB;
      const qcow2 = { format: "qcow2", preallocation };
      const saved = await prod.create("disk", declared(8, qcow2));
      // Every cluster has its place in the file.
      expect(map("qcow2").every(({ offset }) => offset !== undefined)).toBe(true);
      expect([has(8), asRaw("qcow2").every((byte) => byte === 0)]).toEqual([true, true]);
      const grown = await prod.update(saved, "disk", declared(16, qcow2));
      expect([has(16), map("qcow2").every(({ offset }) => offset !== undefined)]).toEqual([true, true]);
      await prod.delete(grown);
      writeFileSync(shell.at("plain"), disk());
      execFileSync("qemu-img", ["convert", "-f", "raw", "-O", "qcow2", shell.at("plain"), shell.at("plain.qcow2")]);
      for (const content of [disk(), readFileSync(shell.at("plain.qcow2"))]) {
        const made = await prod.create(
          "disk",
          declared(16, { ...qcow2, source: { ...source(content), convert: true } }),
        );
        expect(preallocation === "metadata" || allocated() >= 16 * MIB).toBe(true);
        const seen = asRaw("qcow2");
        expect([seen.length, seen.subarray(0, 4 * MIB).equals(disk())]).toEqual([16 * MIB, true]);
        expect(seen.subarray(4 * MIB).every((byte) => byte === 0)).toBe(true);
        expect(execFileSync("qemu-img", ["check", "-f", "qcow2", path]).toString()).toContain("No errors were found");
        await prod.delete(made);
      }
    },
  );

  test("one that has no room is refused before anything is made or grown, and nothing is full for a moment", async () => {
    const small = smallDisk(shell, "small", 40);
    if (small === undefined) return;
    try {
      path = shell.at("small", "g.img");
      for (const preallocation of ["falloc", "full"]) {
        for (const format of hasQemu ? ["raw", "qcow2"] : ["raw"]) {
          const laid = { preallocation, format };
          await expect(prod.create("disk", declared(64, laid))).rejects.toThrow(
            /MiB free, and making .* writes 6[56] MiB at once/,
          );
          expect(existsSync(path)).toBe(false);
          const saved = await prod.create("disk", declared(8, laid));
          await expect(prod.update(saved, "disk", declared(64, laid))).rejects.toThrow(
            `grows by 56 MiB, which are taken at once (preallocation: "${preallocation}")`,
          );
          await prod.delete(saved);
        }
      }
      // A sparse one of the same size is made.
      await prod.delete(await prod.create("disk", declared(64)));
    } finally {
      small.unmount();
    }
  });

  test("a growth that was cut off half-way goes on, and nothing is lost or doubled", async () => {
    const saved = await prod.create("disk", declared(4, { preallocation: "full" }));
    writeFileSync(path, Buffer.alloc(4 * MIB, "x"));
    // What a killed step has appended.
    writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.alloc(MIB + 512)]));
    const { outs } = await prod.update(saved, "disk", declared(8, { preallocation: "full" }));
    const image = readFileSync(path);
    expect([outs["sizeBytes"], image.length, allocated() >= 8 * MIB]).toEqual([8 * MIB, 8 * MIB, true]);
    expect(image.subarray(0, 4 * MIB).equals(Buffer.alloc(4 * MIB, "x"))).toBe(true);
    expect(image.subarray(4 * MIB).every((byte) => byte === 0)).toBe(true);
  });
});
