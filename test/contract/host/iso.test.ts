/**
 * The reader of ISO images (library/iso9660.py), against images that the field's own programs make: what it takes out is what bsdtar
 * takes out, and an image made to harm reaches nothing of the host. Under each Python that a host may have.
 */
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type IsoOnItsHost, readIso, readTaken, sayIso, takeOutOfIso } from "../../../provider/host/iso";
import { isoImage } from "../../../provider/xen/cloud-init/iso9660";
import { isoTools } from "../../support/iso-judge";
import { LocalShell } from "../../support/local-shell";
import { note } from "../../support/notes";
import { findPython2, onlyPython } from "../../support/python2";
import { projectRoot } from "../../support/project-root";

jest.setTimeout(300_000);

const judge = isoTools();
if ("missing" in judge) note(`not run: the reader of ISO images: ${judge.missing}`);
const described = "missing" in judge ? describe.skip : describe;
const made = "missing" in judge ? undefined : judge;

const reader = join(projectRoot, "provider/host/library/iso9660.py");
const python2 = findPython2();
const pythons = ["python3", ...(python2 === undefined ? [] : [python2.path])];

const LONG = "n".repeat(200);
const PLAIN = [
  "isolinux/vmlinuz",
  "d/k",
  "lin/vmlinuz",
  LONG,
  "debian/debian/d/file-399.deb",
  "a\nb  c",
  "d/1/2/3/4/5/6/7/8/9/10/deep",
  "empty",
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pulumi-xen-iso-"));
  chmodSync(folder, 0o777);
  const tree = join(folder, "tree");
  mkdirSync(join(tree, "isolinux"), { recursive: true });
  mkdirSync(join(tree, "d/1/2/3/4/5/6/7/8/9/10"), { recursive: true });
  writeFileSync(
    join(tree, "isolinux/vmlinuz"),
    Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * 7919) % 251)),
  );
  writeFileSync(join(tree, "d/1/2/3/4/5/6/7/8/9/10/deep"), "deep");
  writeFileSync(join(tree, LONG), "long");
  writeFileSync(join(tree, "a\nb  c"), "blanks");
  writeFileSync(join(tree, "empty"), "");
  for (let at = 0; at < 400; at++) writeFileSync(join(tree, `d/file-${at}.deb`), String(at));
  for (const [link, target] of [
    ["lin", "isolinux"],
    ["debian", "."],
    ["d/k", "../isolinux/vmlinuz"],
    ["d/out", "../../../../../../etc/passwd"],
    ["absolute", "/etc/passwd"],
    ["d/up", ".."],
    ["loop", "loop"],
    ["dangling", "nowhere"],
  ] as const)
    symlinkSync(target, join(tree, link));
  if (process.getuid?.() === 0) execFileSync("mknod", [join(tree, "device"), "b", "7", "0"]);
  made?.run(folder, "xorriso", "-as", "mkisofs", "-quiet", "-R", "-J", "-o", "xorriso.iso", "tree");
  made?.run(folder, "genisoimage", "-quiet", "-R", "-o", "genisoimage.iso", "tree");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const take = (python: string, iso: string, path: string): { bytes: Buffer | undefined; said: string } => {
  const out = join(folder, "out");
  rmSync(out, { force: true });
  const ran = spawnSync(python, [reader, "take", join(folder, iso), path, out], { encoding: "utf8" });
  return { bytes: ran.status === 0 ? readFileSync(out) : undefined, said: ran.stderr.trim() };
};

described.each(pythons)("the reader under %s", (python) => {
  it.each(["xorriso.iso", "genisoimage.iso"])("takes out of %s what was put in, through links inside it", (iso) => {
    for (const path of PLAIN) {
      const { bytes, said } = take(python, iso, path);
      expect([path, said]).toEqual([path, ""]);
      expect(bytes?.equals(readFileSync(join(folder, "tree", path)))).toBe(true);
    }
  });

  it("takes out what bsdtar takes out", () => {
    const theirs = made?.run(folder, "bsdtar", "-xOf", "xorriso.iso", "isolinux/vmlinuz");
    expect(take(python, "xorriso.iso", "isolinux/vmlinuz").bytes?.equals(theirs ?? Buffer.alloc(0))).toBe(true);
  });

  it.each<[string, string]>([
    ["d/out", "a link in it leads out of it"],
    ["absolute", "a link in it leads out of it"],
    ["d/up/../../etc/passwd", "a link in it leads out of it"],
    ["loop", "a link in it leads to itself"],
    ["dangling", "it has no nowhere in its root, where it has a?b  c, absolute, d,"],
    ["isolinux", "isolinux is a folder in it"],
    ["isolinux/vmlinuz/x", "vmlinuz is no folder in it"],
    ["d/nosuch", "it has no nosuch in d, where it has 1, file-0.deb"],
    ...(process.getuid?.() === 0 ? [["device", "device is a device in it"] as [string, string]] : []),
  ])("says of %s why there is no such file, and writes none of the host's", (path, words) => {
    const { bytes, said } = take(python, "xorriso.iso", path);
    expect(bytes === undefined || bytes.length === 0).toBe(true);
    expect(said).toContain(words);
    expect(said.split("\n")).toHaveLength(1);
  });

  it("takes a name without Rock Ridge as Linux shows it, and one of Joliet as it is", () => {
    const plain = join(folder, "plain");
    mkdirSync(join(plain, "Sub"), { recursive: true });
    writeFileSync(join(plain, "Sub", "Kernel Image.bin"), "kernel");
    made?.run(folder, "genisoimage", "-quiet", "-J", "-o", "joliet.iso", "plain");
    made?.run(folder, "genisoimage", "-quiet", "-o", "plain.iso", "plain");
    expect(take(python, "joliet.iso", "Sub/Kernel Image.bin").bytes?.toString()).toBe("kernel");
    expect(take(python, "plain.iso", "sub/kernel_i.bin").bytes?.toString()).toBe("kernel");
    rmSync(plain, { recursive: true });
  });

  it("refuses what is no ISO, and one that is cut, at whatever place", () => {
    writeFileSync(join(folder, "text.iso"), "no ISO".repeat(20_000));
    expect(take(python, "text.iso", "x").said).toContain("text.iso cannot be used: it is no ISO 9660 image");
    const whole = readFileSync(join(folder, "xorriso.iso"));
    for (const size of [0, 30_000, 34_000, 50_000, 100_000, whole.length - 400_000]) {
      writeFileSync(join(folder, "cut.iso"), whole.subarray(0, size));
      const { bytes, said } = take(python, "cut.iso", "isolinux/vmlinuz");
      expect([size, bytes]).toEqual([size, undefined]);
      expect(said).toMatch(/^\S+ cannot be used: it is (no ISO|cut)[^\n]*$/);
    }
  });

  it("ends with a sentence whatever single bytes of an image are changed, and takes no more than the image holds", () => {
    const whole = readFileSync(join(folder, "xorriso.iso"));
    for (let seed = 1; seed <= 12; seed++) {
      const broken = Buffer.from(whole);
      for (let at = 0; at < 200; at++) broken[32_768 + ((seed * 7919 + at * 104_729) % 90_000)] = (seed * at) % 256;
      writeFileSync(join(folder, "broken.iso"), broken);
      const { bytes, said } = take(python, "broken.iso", "isolinux/vmlinuz");
      if (bytes === undefined)
        expect([seed, said]).toEqual([seed, expect.stringMatching(/^\S+ cannot be used: [^\n]+$/)]);
      else expect(bytes.length).toBeLessThanOrEqual(whole.length);
    }
  });

  it("reads no more than a folder can mean, whatever its entries name", () => {
    const small = Buffer.from(isoImage("CD", { vmlinuz: "kernel" }));
    const root = small.readUInt32LE(16 * 2048 + 158) * 2048;
    const itself = small.subarray(root, root + small.readUInt8(root));
    // 16,000 names, each of which goes on in the same 64 KiB: a gigabyte of reading.
    const one = Buffer.alloc(64);
    one.set([64, 0]);
    one.writeUInt8(1, 32);
    one.write("X", 33);
    one.write("CE", 34);
    one.set([28, 1], 36);
    one.writeUInt32LE(16, 38);
    one.writeUInt32LE(65_536, 54);
    const records = Buffer.concat([itself, Buffer.alloc(2048 - itself.length), ...Array<Buffer>(16_000).fill(one)]);
    const at = Math.ceil(small.length / 2048);
    const image = Buffer.concat([small, Buffer.alloc(at * 2048 - small.length), records]);
    image.writeUInt32LE(at, 16 * 2048 + 158);
    image.writeUInt32LE(records.length, 16 * 2048 + 166);
    writeFileSync(join(folder, "endless.iso"), image);
    const begun = Date.now();
    const { bytes, said } = take(python, "endless.iso", "vmlinuz");
    expect([bytes, said]).toEqual([undefined, expect.stringContaining("an entry goes on without end")]);
    expect(Date.now() - begun).toBeLessThan(30_000);
  });

  it("reads a file that lies in several pieces, as one of more than 4 GiB does", () => {
    const pieces = join(folder, "pieces");
    mkdirSync(pieces);
    writeFileSync(join(pieces, "f1"), "x".repeat(4096));
    writeFileSync(join(pieces, "f2"), "the end");
    made?.run(folder, "genisoimage", "-quiet", "-o", "pieces.iso", "pieces");
    const image = readFileSync(join(folder, "pieces.iso"));
    // The first record goes on in the second, which gets its name: what xorriso writes for such a file with -iso-level 3.
    const first = image.indexOf("F1.;1");
    image.writeUInt8(image.readUInt8(first - 8) | 0x80, first - 8);
    image.write("F1.;1", image.indexOf("F2.;1"));
    writeFileSync(join(folder, "pieces.iso"), image);
    expect(take(python, "pieces.iso", "f1").bytes?.toString()).toBe(`${"x".repeat(4096)}the end`);
    rmSync(pieces, { recursive: true });
  });
});

described("a file out of an ISO", () => {
  let shell: LocalShell;
  beforeEach(() => {
    shell = new LocalShell();
    mkdirSync(shell.at("media"));
  });
  afterEach(() => shell.remove());

  const kernel = (
    more: Partial<IsoOnItsHost> = {},
    inIso = "isolinux/vmlinuz",
  ): Parameters<typeof takeOutOfIso>[0] => ({
    iso: { path: join(folder, "xorriso.iso"), sha256: undefined, ...more },
    inIso,
    label: "kernel",
    folder: shell.at("media"),
    name: "vmlinuz",
  });
  const record = (): ReturnType<typeof readTaken> => readTaken(readFileSync(shell.at("media", "taken"), "utf8"));

  it("gets its name and its record, and again another one", async () => {
    expect(await shell.run(takeOutOfIso(kernel()))).toMatchObject({
      exitCode: 0,
      stderr: "",
      stdout: "kernel: 300 kB out of the ISO\n",
    });
    const first = record().get("vmlinuz");
    expect(first?.inIso).toBe("isolinux/vmlinuz");
    expect(
      (await shell.run(takeOutOfIso({ ...kernel({ sha256: "ab".repeat(32) }, "d/file-7.deb"), name: "initrd" })))
        .exitCode,
    ).toBe(0);
    expect((await shell.run(takeOutOfIso(kernel({}, "d/file-8.deb")))).exitCode).toBe(0);
    expect(record().get("initrd")).toMatchObject({ iso: "ab".repeat(32), inIso: "d/file-7.deb" });
    expect(record().get("vmlinuz")).toMatchObject({ iso: first?.iso, inIso: "d/file-8.deb" });
    expect(readdirSync(shell.at("media")).sort()).toEqual(["initrd", "taken", "vmlinuz"]);
    expect(lstatSync(shell.at("media", "vmlinuz")).mode & 0o777).toBe(0o644);
  });

  it("leaves what was there as it was where it cannot be taken, and writes through no link", async () => {
    await shell.run(takeOutOfIso(kernel({}, "d/file-8.deb")));
    writeFileSync(shell.at("victim"), "theirs");
    symlinkSync(shell.at("victim"), shell.at("media", "vmlinuz.part"));
    const ran = await shell.run(takeOutOfIso(kernel({}, "d/out")));
    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("a link in it leads out of it");
    expect(ran.stderr).toContain("Correct kernel.inIso");
    expect(readFileSync(shell.at("media", "vmlinuz"), "utf8")).toBe("8");
    expect(record().get("vmlinuz")?.inIso).toBe("d/file-8.deb");
    expect(readFileSync(shell.at("victim"), "utf8")).toBe("theirs");
    expect(existsSync(shell.at("media", "vmlinuz.part"))).toBe(false);
  });

  const ask = (iso: IsoOnItsHost, isServed = false): Promise<ReturnType<typeof readIso>> =>
    shell.ask({ about: "the ISO", script: sayIso(iso, isServed), read: readIso });

  it("is known by its SHA-256 where that is declared, else by its beginning and size; absence, folder and damage are told apart", async () => {
    const path = join(folder, "xorriso.iso");
    const sum = execFileSync("sha256sum", [path], { encoding: "utf8" }).slice(0, 64);
    expect(await ask({ path, sha256: sum })).toEqual({ id: sum, trouble: undefined });
    const short = await ask({ path, sha256: undefined });
    expect(short.id).toMatch(/^[0-9a-f]{64}$/);
    expect(short.id).not.toBe(sum);
    expect((await ask({ path: join(folder, "genisoimage.iso"), sha256: undefined })).id).not.toBe(short.id);
    expect(await ask({ path: join(folder, "nosuch.iso"), sha256: undefined })).toEqual({
      id: undefined,
      trouble: undefined,
    });
    expect((await ask({ path: folder, sha256: undefined })).trouble).toContain("neither a file nor a drive");
    writeFileSync(join(folder, "text.iso"), "no ISO".repeat(20_000));
    expect((await ask({ path: join(folder, "text.iso"), sha256: undefined }, true)).trouble).toContain("no ISO 9660");
  });

  it("is told before it is served that nobody may read it", async () => {
    if (process.getuid?.() !== 0) return note("not run: an ISO for root alone: not root");
    const path = shell.at("closed.iso");
    writeFileSync(path, readFileSync(join(folder, "xorriso.iso")), { mode: 0o600 });
    expect((await ask({ path, sha256: undefined })).trouble).toBeUndefined();
    expect((await ask({ path, sha256: undefined }, true)).trouble).toContain("cannot be read: Permission denied");
  });

  it("needs a Python, and says so", async () => {
    shell.path = onlyPython(shell.at("bin"), "/bin/false", "sh cat cut rm sha256sum stat head dash");
    rmSync(join(shell.at("bin"), "python"));
    expect((await shell.run(takeOutOfIso(kernel()))).stderr).toContain("There is no Python");
  });
});
