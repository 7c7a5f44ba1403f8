/** What images begin as, compressed and in either format, through the contract's verbs, with the real gzip, xz, zstd and qemu-img of this machine. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { imageUsersFunction } from "../../../provider/host/image-users";
import { qcow2 } from "../../../provider/host/storage/qcow2";
import { raw } from "../../../provider/host/storage/raw";
import { compressionOf } from "../../../provider/host/storage/source";
import type { Compression, Place, WantedImage } from "../../../provider/host/storage/storage";
import { lines, sh } from "../../../provider/shell";
import { LocalShell } from "../../support/local-shell";
import { note } from "../../support/notes";
import type { Ran } from "../../support/ran";

jest.setTimeout(120_000);

const MIB = 1024 ** 2;
const TOOLS = { gz: "gzip", xz: "xz", zst: "zstd" } as const;

function isHere(tool: string): boolean {
  const found = spawnSync(tool, ["--version"]).status === 0;
  if (!found) note(`not run: sources that need ${tool} (no ${tool})`);
  return found;
}
const has = { gz: isHere("gzip"), xz: isHere("xz"), zst: isHere("zstd"), qemu: isHere("qemu-img") };

describe.each([["dash"], ["busybox sh"]])("a source under %s", (program) => {
  let shell: LocalShell;
  let place: Place;
  beforeEach(() => {
    shell = new LocalShell(program.split(" "));
    place = { path: shell.at("xen", "g.img"), folder: shell.at("var", "pulumi-xen", "disk-image", "g.img") };
    mkdirSync(place.folder, { recursive: true });
    mkdirSync(shell.at("xen"));
  });
  afterEach(() => shell.remove());

  const brought = (): string => raw.makes?.sourceAt(place) ?? "";
  const wanted = (mebibytes: number, more: Partial<WantedImage> = {}): WantedImage => ({
    path: place.path,
    bytes: mebibytes * MIB,
    preallocation: undefined,
    source: "a".repeat(64),
    ...more,
  });
  const make = (storage: typeof raw, image: WantedImage, before = sh``): Promise<Ran> =>
    shell.run(lines([sh`set -eu`, before, imageUsersFunction, storage.makes?.make(place, image) ?? sh``]));
  /** A disk that begins and ends with something, and holds nothing between. */
  const disk = (mebibytes: number): Buffer => {
    const content = Buffer.alloc(mebibytes * MIB);
    content.write("boot sector");
    content.write("the end", content.length - 7);
    return content;
  };
  const compress = (how: Exclude<Compression, "none">, content: Buffer): Buffer =>
    execFileSync(TOOLS[how], ["-c"], { input: content, maxBuffer: 64 * MIB });
  const asQcow2 = (content: Buffer): Buffer => {
    writeFileSync(shell.at("plain"), content);
    execFileSync("qemu-img", ["convert", "-f", "raw", "-O", "qcow2", shell.at("plain"), shell.at("plain.qcow2")]);
    return readFileSync(shell.at("plain.qcow2"));
  };
  /** What a guest would see in the qcow2 image. */
  const seenIn = (path: string): Buffer => {
    execFileSync("qemu-img", ["convert", "-f", "qcow2", "-O", "raw", path, shell.at("seen")]);
    return readFileSync(shell.at("seen"));
  };
  const left = (): string[] => readdirSync(shell.at("xen")).toSorted();

  for (const how of ["gz", "xz", "zst"] as const) {
    test(`is unpacked from ${how} by what its first bytes say, with its holes, and grows to the declared size`, async () => {
      if (!has[how]) return;
      const content = compress(how, disk(8));
      expect(compressionOf(content)).toBe(how);
      writeFileSync(brought(), content);
      const ran = await make(raw, wanted(12));
      expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
      const image = readFileSync(place.path);
      expect(image.subarray(0, 8 * MIB).equals(disk(8))).toBe(true);
      expect(image.length).toBe(12 * MIB);
      // The programs of busybox make no holes.
      if (program === "dash") expect(statSync(place.path).blocks * 512).toBeLessThan(MIB);
      expect(left()).toEqual(["g.img"]);
    });

    test(`of ${how} that unpacks to more than the image is stopped there, and nothing unpacked is left`, async () => {
      if (!has[how]) return;
      writeFileSync(brought(), compress(how, Buffer.alloc(32 * MIB)));
      const ran = await make(raw, wanted(4));
      expect([ran.exitCode, ran.stderr]).toEqual([
        1,
        expect.stringContaining("unpacks to more than the image's 4194304 bytes"),
      ]);
      expect(left()).toEqual(["g.img.pulumi-xen-source"]);
      // As much as the image has is not too much.
      expect(await make(raw, wanted(32))).toMatchObject({ exitCode: 0 });
    });

    test(`of ${how} that is broken is told as that, and no image is made`, async () => {
      if (!has[how]) return;
      const noise = Buffer.from(Array.from({ length: 200_000 }, (_, at) => (at * at * 31 + (at >> 3)) & 255));
      const content = compress(how, noise);
      writeFileSync(brought(), content.subarray(0, content.length - 40));
      const ran = await make(raw, wanted(4));
      expect([ran.exitCode, ran.stderr]).toEqual([1, expect.stringContaining(`cannot be unpacked with ${TOOLS[how]}`)]);
      expect(existsSync(place.path)).toBe(false);
    });
  }

  test("is named where the program that unpacks it is missing, and stays for the next run", async () => {
    if (!has.zst) return;
    writeFileSync(brought(), compress("zst", disk(1)));
    const tools = shell.at("bin");
    mkdirSync(tools);
    for (const tool of ["head", "od", "tr", "mktemp", "rm", "cut", "stat", "cat", "sh"])
      writeFileSync(`${tools}/${tool}`, `#!/bin/sh\nexec /usr/bin/${tool} "$@"\n`, { mode: 0o755 });
    shell.path = tools;
    const ran = await make(raw, wanted(4));
    expect([ran.exitCode, ran.stderr]).toEqual([1, expect.stringContaining("zstd is missing on the host. Install")]);
    expect(left()).toEqual(["g.img.pulumi-xen-source"]);
  });

  test("whose copy does not reach the disk is told as that, and no image is made", async () => {
    writeFileSync(brought(), disk(1));
    // A function: the shell of busybox has a dd of its own. What it cannot write to the disk is the image alone.
    const failing = sh`dd() { case "$*" in *g.img*fsync*) return 1 ;; esac; command dd "$@"; }`;
    const ran = await make(raw, wanted(4), failing);
    expect([ran.exitCode, ran.stderr]).toEqual([1, expect.stringContaining("did not reach the disk")]);
    expect(existsSync(place.path)).toBe(false);
  });

  test("that is declared to be compressed otherwise than it is, is refused; none takes it as it is", async () => {
    const content = compress("gz", disk(1));
    writeFileSync(brought(), content);
    const ran = await make(raw, wanted(4, { compression: "xz" }));
    expect([ran.exitCode, ran.stderr]).toEqual([1, expect.stringContaining("not compressed as compression says (xz)")]);
    expect(await make(raw, wanted(4, { compression: "none" }))).toMatchObject({ exitCode: 0 });
    expect(readFileSync(place.path).subarray(0, content.length).equals(content)).toBe(true);
  });

  test("in the other format is refused, and converted where that is declared", async () => {
    if (!has.qemu) return;
    const content = asQcow2(disk(8));
    writeFileSync(brought(), content);
    const refused = await make(raw, wanted(8));
    expect(refused.stderr).toContain(
      "The source is a qcow2 image, but format is raw. Set format to qcow2, or convert: true in the source.",
    );
    expect(await make(raw, wanted(12, { converts: true }))).toMatchObject({ exitCode: 0, stderr: "" });
    expect(
      readFileSync(place.path)
        .subarray(0, 8 * MIB)
        .equals(disk(8)),
    ).toBe(true);
    expect(statSync(place.path).size).toBe(12 * MIB);
    expect(left()).toEqual(["g.img"]);
  });

  test("that is raw and compressed becomes a qcow2 image where that is declared", async () => {
    if (!has.qemu) return;
    writeFileSync(brought(), compress("gz", disk(8)));
    const refused = await make(qcow2, wanted(12));
    expect(refused.stderr).toContain("The source is a raw image, but format is qcow2. Set format to raw, or convert");
    expect(await make(qcow2, wanted(12, { converts: true, preallocation: "metadata" }))).toMatchObject({ exitCode: 0 });
    const seen = seenIn(place.path);
    expect([seen.length, seen.subarray(0, 8 * MIB).equals(disk(8))]).toEqual([12 * MIB, true]);
    expect(left()).toEqual(["g.img"]);
  });

  test("that is a compressed qcow2 image stays one, grown, or becomes raw", async () => {
    if (!has.qemu) return;
    const content = compress("gz", asQcow2(disk(8)));
    writeFileSync(brought(), content);
    expect(await make(qcow2, wanted(12))).toMatchObject({ exitCode: 0, stderr: "" });
    expect(
      seenIn(place.path)
        .subarray(0, 8 * MIB)
        .equals(disk(8)),
    ).toBe(true);
    place = { ...place, path: shell.at("xen", "raw.img") };
    writeFileSync(brought(), content);
    expect(await make(raw, wanted(8, { converts: true }))).toMatchObject({ exitCode: 0, stderr: "" });
    expect(readFileSync(place.path).equals(disk(8))).toBe(true);
  });

  test("that is a qcow2 image of a bigger disk is refused with a size that check takes, before it is unpacked", async () => {
    if (!has.qemu) return;
    execFileSync("qemu-img", ["create", "-q", "-f", "qcow2", shell.at("big.qcow2"), String(5 * MIB + 512)]);
    writeFileSync(brought(), compress("gz", readFileSync(shell.at("big.qcow2"))));
    for (const [storage, converts] of [
      [qcow2, false],
      [raw, true],
    ] as const) {
      const ran = await make(storage, wanted(4, { converts }));
      expect(ran.stderr).toContain(
        "The source has 5243392 bytes, more than the image's 4194304. Set sizeGiB to 0.005859375",
      );
      expect(left()).toEqual(["g.img.pulumi-xen-source"]);
    }
  });

  describe("that is a hostile qcow2 image", () => {
    const secret = "what only this host knows";
    /** A sound image, with bytes of its head replaced. */
    const hostile = (replaced: readonly (readonly [number, string])[]): Buffer => {
      const content = Buffer.from(asQcow2(disk(1)));
      for (const [offset, hex] of replaced) Buffer.from(hex, "hex").copy(content, offset);
      return content;
    };
    const cases: readonly (readonly [string, readonly (readonly [number, string])[], string])[] = [
      ["with an encrypted content", [[32, "00000001"]], "encrypted qcow2 image"],
      ["whose data are in another file", [[72, "0000000000000004"]], "whose data are in another file"],
      ["that is marked as corrupt", [[72, "0000000000000002"]], "marked as corrupt"],
      ["with features that nobody knows", [[72, "0000000000000100"]], "features that are not known here"],
      ["of another version", [[4, "00000009"]], "version that is not known here"],
      ["with a size that wraps around", [[24, "ffffffffffffffff"]], "a size which no disk has"],
      ["with a backing file's length alone", [[16, "00000008"]], "with a backing file"],
    ];
    test.each(cases)("%s is refused before QEMU opens it", async (_, replaced, words) => {
      if (!has.qemu) return;
      writeFileSync(brought(), hostile(replaced));
      for (const [storage, converts] of [
        [raw, true],
        [qcow2, false],
      ] as const) {
        const ran = await make(storage, wanted(4, { converts }));
        expect([ran.exitCode, ran.stderr]).toEqual([1, expect.stringContaining(words)]);
        expect(existsSync(place.path)).toBe(false);
      }
    });

    test("brings nothing of the host into the image by a backing file, compressed or not", async () => {
      if (!has.qemu) return;
      writeFileSync(shell.at("secret"), secret);
      truncateSync(shell.at("secret"), MIB);
      const file = shell.at("backed.qcow2");
      execFileSync("qemu-img", ["create", "-q", "-f", "qcow2", "-b", shell.at("secret"), "-F", "raw", file]);
      // It would: a control.
      expect(seenIn(file).subarray(0, secret.length).toString()).toBe(secret);
      for (const content of [readFileSync(file), compress("gz", readFileSync(file))]) {
        for (const storage of [raw, qcow2]) {
          writeFileSync(brought(), content);
          const ran = await make(storage, wanted(4, { converts: true }));
          expect([ran.exitCode, ran.stderr]).toEqual([1, expect.stringContaining("with a backing file")]);
          expect(left()).toEqual(["g.img.pulumi-xen-source"]);
        }
      }
    });

    test("inside a raw image is content like any other: nothing is probed", async () => {
      if (!has.qemu) return;
      // A raw disk whose first sectors are a qcow2 image with a backing file, inside a qcow2 image.
      writeFileSync(shell.at("secret"), secret);
      truncateSync(shell.at("secret"), MIB);
      const inner = shell.at("inner.qcow2");
      execFileSync("qemu-img", ["create", "-q", "-f", "qcow2", "-b", shell.at("secret"), "-F", "raw", inner]);
      truncateSync(inner, 2 * MIB);
      writeFileSync(brought(), asQcow2(readFileSync(inner)));
      expect(await make(raw, wanted(4, { converts: true }))).toMatchObject({ exitCode: 0, stderr: "" });
      expect(
        readFileSync(place.path)
          .subarray(0, 2 * MIB)
          .equals(readFileSync(inner)),
      ).toBe(true);
      expect(readFileSync(place.path).includes(secret)).toBe(false);
    });
  });
});
