/**
 * Logical volumes under the suite of all storage, and what only they have: names that change, groups that are out of sight. The real LVM keeps
 * them; what device-mapper would do is stood in for (test/support/lvm-judge). Thin volumes and snapshots are the lab's (test/lab/storage.test.ts).
 */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readSync, writeFileSync, writeSync } from "node:fs";
import { lvm } from "../../../provider/host/storage/lvm/lvm";
import { folderNameOf } from "../../../provider/host/owned-folder";
import { diskImageKind } from "../../../provider/resources/disk-image/disk-image.lifecycle";
import { LocalShell } from "../../support/local-shell";
import { type VolumeGroup, volumeGroup } from "../../support/lvm-judge";
import { note } from "../../support/notes";
import { ResourceStack } from "../../support/resource-stack";
import { ShellHost } from "../../support/shell-host";
import { type StorageHost, storageSuite } from "../../suites/storage";

let host: ShellHost;
jest.mock("../../../provider/remote", () => ({
  ...jest.requireActual<object>("../../../provider/remote"),
  openHost: () => host,
}));

jest.setTimeout(600_000);

const MIB = 1024 ** 2;
let shell: LocalShell;
let group: VolumeGroup;
let isToldMissing = false;

/** A shell with a volume group of 64 MiB, all of whose extents hold what another guest has left; `false` where it cannot be had. */
function opened(): boolean {
  shell = new LocalShell();
  const made = volumeGroup(shell, 64);
  if ("missing" in made) {
    if (!isToldMissing) note(`not run: logical volumes (${made.missing})`);
    isToldMissing = true;
    shell.remove();
    return false;
  }
  group = made;
  group.operate("lvcreate", "-y", "-n", "former", "-l", "100%FREE", group.name);
  const left = `/dev/${group.name}/former`;
  for (let at = 0; at < 56; at += 1) writeAt(left, at * MIB + 512, "what another guest has left");
  group.operate("lvremove", "-f", "-y", `${group.name}/former`);
  return true;
}
function close(): void {
  group.end();
  shell.remove();
}

function writeAt(path: string, offset: number, text: string): void {
  const fd = openSync(path, "r+");
  writeSync(fd, text, offset);
  closeSync(fd);
}
function readAt(path: string, offset: number, length: number): Buffer {
  const fd = openSync(path, "r");
  const bytes = Buffer.alloc(length);
  readSync(fd, bytes, 0, length, offset);
  closeSync(fd);
  return bytes;
}

function lvmHost(): StorageHost | undefined {
  if (!opened()) return undefined;
  const path = `/dev/${group.name}/guest1`;
  const folder = shell.at("var", "pulumi-xen", "disk-image", folderNameOf(path));
  mkdirSync(folder, { recursive: true });
  return {
    shell,
    place: { path, folder },
    bytesAt: (offset, length) => readAt(path, offset, length),
    writeAt: (offset, text) => writeAt(path, offset, text),
    makeAnothers: (text) => {
      group.operate("lvcreate", "-y", "-n", "guest1", "-L", "8M", group.name);
      writeAt(path, 0, text);
    },
    end: close,
  };
}

describe("a logical volume", () => storageSuite(lvm, lvmHost));

describe("a DiskImage that is a logical volume", () => {
  const prod = new ResourceStack(diskImageKind);
  let isThere = false;
  let path: string;
  beforeEach(() => {
    isThere = opened();
    if (!isThere) return;
    host = new ShellHost(shell);
    path = `/dev/${group.name}/guest1`;
  });
  afterEach(() => {
    if (isThere) close();
  });
  const where = (name: string, body: () => Promise<void>): void => {
    it(name, async () => {
      if (isThere) await body();
    });
  };
  const declared = (more: object = {}): object => ({
    connection: { host: "198.51.100.7" },
    path,
    format: "lvm",
    sizeGiB: 10 / 1024,
    ...more,
  });
  const volumes = (): string[] =>
    group
      .operate("lvs", "--noheadings", "--units", "b", "--nosuffix", "-o", "lv_name,lv_size")
      .trim()
      .split("\n")
      .map((line) => line.trim().split(/\s+/).join(" "))
      .filter((line) => line !== "");
  const used = async () => {
    const saved = await prod.create("disk", declared());
    writeAt(path, 0, "data of the guest");
    return saved;
  };
  const holds = (of = path): string => readAt(of, 0, 17).toString();

  where("is made in whole extents, shown as it is, and needs nothing then", async () => {
    const saved = await used();
    expect(volumes()).toEqual([`guest1 ${12 * MIB}`]);
    expect(saved.outs).toMatchObject({ sizeBytes: 12 * MIB, phase: "ready" });
    const again = await prod.refresh(saved);
    const updated = await prod.update(again ?? saved, "disk", declared());
    expect([updated.inputs["plan"], holds()]).toEqual(["", "data of the guest"]);
    const grown = await prod.update(updated, "disk", declared({ sizeGiB: 18 / 1024 }));
    expect([grown.outs["sizeBytes"], volumes(), holds()]).toEqual([
      20 * MIB,
      [`guest1 ${20 * MIB}`],
      "data of the guest",
    ]);
    await prod.delete(grown);
    expect([volumes(), existsSync(shell.at("var", "pulumi-xen"))]).toEqual([[], false]);
  });

  /** 5 MiB that begin and end with something, as a file of this machine. */
  const given = (name: string, change: (content: Buffer) => Buffer = (content) => content): object => {
    const content = Buffer.alloc(5 * MIB);
    content.write("data of the image");
    content.write("the end", content.length - 7);
    const changed = change(content);
    writeFileSync(shell.at(name), changed);
    return { path: shell.at(name), sha256: createHash("sha256").update(changed).digest("hex") };
  };
  const isEmptyFrom = (offset: number): boolean => readAt(path, offset, 12 * MIB - offset).every((byte) => byte === 0);

  where("begins as its source, raw, compressed or converted, and is empty behind it", async () => {
    const sources = [
      given("plain.img"),
      given("packed.img", (content) => execFileSync("gzip", ["-c"], { input: content })),
    ];
    if (spawnSync("qemu-img", ["--version"]).status === 0) {
      given("plain.img");
      const asQcow2 = (): Buffer => {
        execFileSync("qemu-img", ["convert", "-f", "raw", "-O", "qcow2", shell.at("plain.img"), shell.at("q")]);
        return readFileSync(shell.at("q"));
      };
      sources.push({ ...given("image.qcow2", asQcow2), convert: true });
    } else note("not run: a qcow2 source of a logical volume (no qemu-img)");
    for (const source of sources) {
      const saved = await prod.create("disk", declared({ source }));
      expect([holds().slice(0, 17), readAt(path, 5 * MIB - 7, 7).toString()]).toEqual(["data of the image", "the end"]);
      expect([readAt(path, 17, 4 * MIB).every((byte) => byte === 0), isEmptyFrom(5 * MIB)]).toEqual([true, true]);
      expect(await prod.refresh(saved)).toMatchObject({ inputs: { sizeGiB: 10 / 1024 } });
      // What it was made of is known.
      await expect(
        prod.update(saved, "disk", declared({ source: { path: "/x", sha256: "b".repeat(64) } })),
      ).rejects.toThrow();
      await prod.delete(saved);
      expect([volumes(), existsSync(shell.at("var", "pulumi-xen"))]).toEqual([[], false]);
    }
  });

  where("of a source that is too big or another than declared leaves no volume behind", async () => {
    const bomb = given("bomb.gz", () => execFileSync("gzip", ["-c"], { input: Buffer.alloc(32 * MIB) }));
    await expect(prod.create("disk", declared({ source: bomb }))).rejects.toThrow("unpacks to more than");
    const cut = given("cut.gz", (content) => execFileSync("gzip", ["-c"], { input: content }).subarray(0, 2000));
    await expect(prod.create("disk", declared({ source: cut }))).rejects.toThrow("cannot be unpacked with gzip");
    const head = Buffer.from("514649fb00000003", "hex");
    const qcow2 = given("q", (content) => Buffer.concat([head, Buffer.alloc(504), content.subarray(512)]));
    await expect(prod.create("disk", declared({ source: qcow2 }))).rejects.toThrow(
      /is a qcow2 image, but format is lvm. Set convert: true in the source/,
    );
    expect(volumes()).toEqual([]);
  });

  where("is still ours when it was renamed by hand: nothing is made in its place, nothing is removed", async () => {
    const saved = await used();
    group.operate("lvrename", group.name, "guest1", "before-upgrade");
    const renamed = `was renamed: it is ${group.name}/before-upgrade now. Rename it back`;
    await expect(prod.refresh(saved)).rejects.toThrow(renamed);
    await expect(prod.update(saved, "disk", declared({ sizeGiB: 16 / 1024 }))).rejects.toThrow(renamed);
    await expect(prod.create("disk", declared())).rejects.toThrow(renamed);
    await expect(prod.delete(saved)).rejects.toThrow(renamed);
    expect([volumes(), holds(`/dev/${group.name}/before-upgrade`)]).toEqual([
      [`before-upgrade ${12 * MIB}`],
      "data of the guest",
    ]);
    group.operate("lvrename", group.name, "before-upgrade", "guest1");
    expect((await prod.refresh(saved))?.outs).toMatchObject({ claimId: saved.outs["claimId"] });
  });

  where("is never another volume of its name, which is neither grown nor removed", async () => {
    const saved = await used();
    group.operate("lvremove", "-f", "-y", `${group.name}/guest1`);
    group.operate("lvcreate", "-y", "-n", "guest1", "-L", "12M", group.name);
    writeAt(path, 0, "data of an operator");
    await expect(prod.update(saved, "disk", declared({ sizeGiB: 16 / 1024 }))).rejects.toThrow(
      "left alone. Set adopt: true",
    );
    expect(await prod.refresh(saved)).toBeUndefined();
    await prod.delete(saved);
    expect([volumes(), readAt(path, 0, 19).toString()]).toEqual([[`guest1 ${12 * MIB}`], "data of an operator"]);
  });

  where("is not made over a volume that is there, which adopt takes over as it is", async () => {
    group.operate("lvcreate", "-y", "-n", "guest1", "-L", "12M", group.name);
    writeAt(path, 0, "data of the guest");
    await expect(prod.create("disk", declared())).rejects.toThrow("left alone. Set adopt: true");
    const saved = await prod.create("disk", declared({ adopt: true }));
    expect([holds(), volumes()]).toEqual(["data of the guest", [`guest1 ${12 * MIB}`]]);
    expect((await prod.refresh(saved))?.outs).toMatchObject({ claimId: saved.outs["claimId"] });
    // What was adopted is known by its uuid too.
    group.operate("lvrename", group.name, "guest1", "kept");
    await expect(prod.delete(saved)).rejects.toThrow("was renamed");
  });

  where("is out of sight and not gone while its group is exported, and nothing is made then", async () => {
    const saved = await used();
    const claim = readFileSync(shell.at("var", "pulumi-xen", "disk-image", folderNameOf(path), "claim"), "utf8");
    group.operate("vgexport", group.name);
    // What the real LVM does then: it lists no volume, and ends with code 0.
    expect(volumes()).toEqual([]);
    await expect(prod.refresh(saved)).rejects.toThrow(
      `is exported, so its volumes cannot be seen. Import it (vgimport`,
    );
    await expect(prod.delete(saved)).rejects.toThrow("is exported");
    await expect(prod.create("other", declared({ path: `/dev/${group.name}/other` }))).rejects.toThrow("is exported");
    group.operate("vgimport", group.name);
    expect(readFileSync(shell.at("var", "pulumi-xen", "disk-image", folderNameOf(path), "claim"), "utf8")).toBe(claim);
    expect((await prod.refresh(saved))?.outs).toMatchObject({ claimId: saved.outs["claimId"] });
  });

  where(
    "is refused with the free space where the group has too little, and with the command where there is no group",
    async () => {
      await expect(prod.create("disk", declared({ sizeGiB: 1 }))).rejects.toThrow(
        /has 60 MiB free, and \/dev\/.*\/guest1 takes 1024 MiB\. Extend the group/,
      );
      await expect(prod.create("disk", declared({ path: "/dev/pxtnone/guest1" }))).rejects.toThrow(
        "There is no volume group pxtnone on the host. Create it (vgcreate",
      );
      await expect(prod.create("disk", declared({ thinPool: "pool0" }))).rejects.toThrow("There is no thin pool");
      expect([volumes(), existsSync(shell.at("var", "pulumi-xen"))]).toEqual([[], false]);
    },
  );

  where("is begun again where its making was cut off, and what stands in the way is left alone", async () => {
    group.operate("lvcreate", "-y", "--addtag", "pulumi-xen", "-n", "guest1.pulumi-xen-new", "-L", "4M", group.name);
    await prod.create("disk", declared());
    expect(volumes()).toEqual([`guest1 ${12 * MIB}`]);
    group.operate("lvcreate", "-y", "-n", "other.pulumi-xen-new", "-L", "4M", group.name);
    await expect(prod.create("other", declared({ path: `/dev/${group.name}/other` }))).rejects.toThrow("is in the way");
    expect(volumes()).toContain(`other.pulumi-xen-new ${4 * MIB}`);
  });
});
