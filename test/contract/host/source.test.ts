/** What images begin as, compressed and in either format, through the contract's verbs, with the real gzip, xz, zstd and qemu-img of this machine. */
import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
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

  for (const how of ["gz", "xz", "zst"] as const) {
    test(`of ${how} in many parts is unpacked as a whole, and stopped where they are too much`, async () => {
      if (!has[how]) return;
      const part = compress(how, disk(1));
      writeFileSync(brought(), Buffer.concat(Array<Buffer>(4).fill(part)));
      expect(await make(raw, wanted(4))).toMatchObject({ exitCode: 0, stderr: "" });
      expect(readFileSync(place.path).equals(Buffer.concat(Array<Buffer>(4).fill(disk(1))))).toBe(true);
      place = { ...place, path: shell.at("xen", "bomb.img") };
      // A kilobyte each, and 1 GiB unpacked in all.
      writeFileSync(brought(), Buffer.concat(Array<Buffer>(64).fill(compress(how, Buffer.alloc(16 * MIB)))));
      const ran = await make(raw, wanted(4));
      expect([ran.exitCode, ran.stderr]).toEqual([1, expect.stringContaining("unpacks to more than the image's")]);
      expect(left()).toEqual(["bomb.img.pulumi-xen-source", "g.img"]);
    });
  }

  test("that unpacks to something packed is unpacked once", async () => {
    if (!has.gz) return;
    const twice = compress("gz", compress("gz", disk(1)));
    writeFileSync(brought(), twice);
    expect(await make(raw, wanted(4))).toMatchObject({ exitCode: 0 });
    const inner = compress("gz", disk(1));
    expect(readFileSync(place.path).subarray(0, inner.length).equals(inner)).toBe(true);
  });

  test("is named where the program that unpacks it is missing, and stays for the next run", async () => {
    if (!has.zst) return;
    writeFileSync(brought(), compress("zst", disk(1)));
    const tools = shell.at("bin");
    mkdirSync(tools);
    for (const tool of [
      "head",
      "od",
      "tr",
      "mktemp",
      "rm",
      "cut",
      "stat",
      "cat",
      "sh",
      "df",
      "awk",
      "tail",
      "sync",
      "mv",
      "find",
      "readlink",
    ])
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

    // What our own look lets pass, QEMU's refuses: in words, at once, and with nothing left.
    const broken: readonly (readonly [string, readonly (readonly [number, string])[]])[] = [
      ["with clusters of one byte", [[20, "00000000"]]],
      ["with clusters of 8 EiB", [[20, "0000003f"]]],
      ["with a table of 16 GiB", [[36, "7fffffff"]]],
      ["with a table between two sectors", [[40, "0000000000000003"]]],
      ["with four billion clusters of reference counts", [[56, "ffffffff"]]],
      ["with four billion snapshots", [[60, "ffffffff"]]],
      ["with reference counts of 2^31 bits", [[96, "0000001f"]]],
      ["with a head of no length", [[100, "00000000"]]],
      ["with a head of 4 GiB", [[100, "ffffffff"]]],
      [
        "compressed in a way that nobody knows",
        [
          [72, "0000000000000008"],
          [104, "09"],
        ],
      ],
      ["with an extension of 4 GiB", [[112, "12345678fffffff0"]]],
    ];
    test.each(broken)("%s ends with QEMU's words, and leaves nothing", async (_, replaced) => {
      if (!has.qemu) return;
      writeFileSync(brought(), hostile(replaced));
      const ran = await make(raw, wanted(4, { converts: true }));
      expect([ran.exitCode, ran.stderr]).toEqual([1, expect.stringContaining("Could not open")]);
      expect(left()).toEqual(["g.img.pulumi-xen-source"]);
    });

    test("names a file of the host in an extension that is not in force, and gets nothing of it", async () => {
      if (!has.qemu) return;
      writeFileSync(shell.at("secret"), secret.repeat(4000));
      const name = Buffer.from(shell.at("secret"));
      const extension = Buffer.alloc(8 + Math.ceil(name.length / 8) * 8);
      for (const version of ["00000002", "00000003"]) {
        // 0x44415441: the name of the file that holds the data.
        extension.writeUInt32BE(0x44415441, 0);
        extension.writeUInt32BE(name.length, 4);
        name.copy(extension, 8);
        writeFileSync(
          brought(),
          hostile([
            [4, version],
            [version === "00000002" ? 72 : 112, extension.toString("hex")],
          ]),
        );
        const ran = await make(raw, wanted(4, { converts: true }));
        if (ran.exitCode === 0) expect(readFileSync(place.path).subarray(0, MIB).equals(disk(1))).toBe(true);
        if (existsSync(place.path)) expect(readFileSync(place.path).includes(secret)).toBe(false);
        rmSync(place.path, { force: true });
        rmSync(join(place.folder, "made"), { force: true });
      }
    });

    test.each([
      ["as json:", (file: string) => `json:{"driver":"raw","file":{"driver":"file","filename":"${file}"}}`],
      ["by a name of a thousand characters", (file: string) => `/${"./".repeat(480)}${file.slice(1)}`],
      ["with a newline before it", (file: string) => `${file}\n`],
    ])("with a backing file of the host, %s, brings nothing of it into the image", async (_, named) => {
      if (!has.qemu) return;
      writeFileSync(shell.at("secret"), secret);
      truncateSync(shell.at("secret"), MIB);
      const file = shell.at("backed.qcow2");
      execFileSync("qemu-img", [
        "create",
        "-q",
        "-u",
        "-f",
        "qcow2",
        "-b",
        named(shell.at("secret")),
        "-F",
        "raw",
        file,
        "1M",
      ]);
      for (const storage of [raw, qcow2]) {
        writeFileSync(brought(), readFileSync(file));
        const ran = await make(storage, wanted(4, { converts: true }));
        expect([ran.exitCode, ran.stderr]).toEqual([1, expect.stringContaining("with a backing file")]);
        expect(left()).toEqual(["g.img.pulumi-xen-source"]);
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
