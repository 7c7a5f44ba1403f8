/** What images promise of a small file system, and `overcommit: "refuse"`, through the functions that Pulumi calls. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { folderNameOf } from "../../../provider/host/owned-folder";
import { diskImageKind } from "../../../provider/resources/disk-image/disk-image.lifecycle";
import { LocalShell } from "../../support/local-shell";
import { note } from "../../support/notes";
import { ResourceStack } from "../../support/resource-stack";
import { ShellHost } from "../../support/shell-host";
import { type SmallDisk, smallDisk } from "../../support/small-disk";

let host: ShellHost;
jest.mock("../../../provider/remote", () => ({
  ...jest.requireActual<object>("../../../provider/remote"),
  openHost: () => host,
}));
jest.setTimeout(180_000);

const MIB = 1024 ** 2;
const hasQemu = spawnSync("qemu-img", ["--version"]).status === 0;
if (!hasQemu) note("not run: what qcow2 images promise (no qemu-img)");

describe.each([["dash"], ["busybox sh"]])("the space of images under %s", (program) => {
  let shell: LocalShell;
  let disk: SmallDisk | undefined;
  const prod = new ResourceStack(diskImageKind);
  beforeEach(() => {
    shell = new LocalShell(program.split(" "));
    host = new ShellHost(shell);
    disk = smallDisk(shell, "xen", 64);
  });
  afterEach(() => {
    disk?.unmount();
    shell.remove();
  });
  const where = (name: string, body: (at: (name: string) => string) => Promise<void>): void => {
    it(name, async () => {
      const { folder } = disk ?? {};
      if (folder !== undefined) await body((file) => `${folder}/${file}`);
    });
  };
  const declared = (path: string, mebibytes: number, more: object = {}): object => ({
    connection: { host: "198.51.100.7" },
    path,
    sizeGiB: mebibytes / 1024,
    ...more,
  });
  const refuses = { overcommit: "refuse" };
  const freeMiB = (): number =>
    Number(
      execFileSync("df", ["-Pk", shell.at("xen")])
        .toString()
        .trim()
        .split("\n")
        .at(-1)
        ?.split(/\s+/)[3],
    ) / 1024;

  where("is told as what is free and what all images may still take, each counted once", async (at) => {
    const first = await prod.create("first", declared(at("a.img"), 20));
    expect(first.outs["promisedBytes"]).toBe(20 * MIB);
    expect(first.outs["freeBytes"]).toBe(freeMiB() * MIB);
    // A guest has written 5 MiB of it.
    execFileSync("dd", [
      "if=/dev/urandom",
      `of=${at("a.img")}`,
      "bs=1M",
      "count=5",
      "conv=notrunc,fsync",
      "status=none",
    ]);
    const second = await prod.create("second", declared(at("b.img"), 10, { preallocation: "falloc" }));
    const promised = Number(second.outs["promisedBytes"]);
    expect(promised).toBeGreaterThan(14.5 * MIB);
    expect(promised).toBeLessThanOrEqual(15 * MIB);
    // What is configured and nobody of us made counts too, ours that is configured only once.
    if (hasQemu) execFileSync("qemu-img", ["create", "-q", "-f", "qcow2", at("theirs.qcow2"), "1G"]);
    mkdirSync(shell.at("etc-xen"));
    writeFileSync(
      shell.at("etc-xen", "g.cfg"),
      `name = "g"\ndisk = ["format=qcow2,vdev=xvda,access=rw,target=${at("theirs.qcow2")}", "${at("a.img")},raw,xvdb,w"]\n`,
    );
    const third = await prod.create("third", declared(at("c.img"), 1, { preallocation: "falloc" }));
    const more = Number(third.outs["promisedBytes"]) - promised;
    if (hasQemu) expect([more > 1023 * MIB, more <= 1024 * MIB]).toEqual([true, true]);
    // A refresh of an image that nobody changed says nothing new.
    expect((await prod.refresh(first))?.outs).toEqual(first.outs);
  });

  where("may be promised twice by default, and not where it says refuse: nothing is made then", async (at) => {
    await prod.create("first", declared(at("a.img"), 500));
    await expect(prod.create("second", declared(at("b.img"), 10, refuses))).rejects.toThrow(
      /has \d+ MiB free, its other images may still take 500 MiB, and .*b\.img may take 10 MiB more\. Free some space, or set overcommit: "allow"\./,
    );
    expect([
      existsSync(at("b.img")),
      existsSync(shell.at("var", "pulumi-xen", "disk-image", folderNameOf(at("b.img")))),
    ]).toEqual([false, false]);
    await prod.create("second", declared(at("b.img"), 10));
  });

  where("is looked at again before an image grows, and what it has itself is not counted twice", async (at) => {
    const saved = await prod.create("disk", declared(at("a.img"), 20, refuses));
    execFileSync("dd", [
      "if=/dev/urandom",
      `of=${at("a.img")}`,
      "bs=1M",
      "count=20",
      "conv=notrunc,fsync",
      "status=none",
    ]);
    await expect(prod.update(saved, "disk", declared(at("a.img"), 90, refuses))).rejects.toThrow(
      "may take 70 MiB more",
    );
    expect(readFileSync(at("a.img")).length).toBe(20 * MIB);
    const grown = await prod.update(saved, "disk", declared(at("a.img"), 50, refuses));
    expect(grown.outs["sizeBytes"]).toBe(50 * MIB);
    // One that exceeds is kept as it is: nothing is made and nothing grows.
    await prod.create("other", declared(at("b.img"), 500));
    await prod.update(grown, "disk", declared(at("a.img"), 50, { ...refuses, keepOnDelete: true }));
  });

  where("is given to one of two that are made in the same moment, and not to both", async (at) => {
    const both = await Promise.allSettled(
      ["a.img", "b.img"].map((name) => prod.create(name, declared(at(name), 35, refuses))),
    );
    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(["a.img", "b.img"].filter((name) => existsSync(at(name)))).toHaveLength(1);
  });

  where("counts what is still being made, and no more once its claim is released", async (at) => {
    const mark = shell.at("var", "pulumi-xen", "disk-image", folderNameOf(at("a.img")));
    mkdirSync(mark, { recursive: true });
    writeFileSync(
      `${mark}/claim`,
      `pulumi-xen claim 2\nid=0f6ad1f2-0000-4000-8000-00000000000a\nowner=x\nof=${at("a.img")}\n`,
    );
    writeFileSync(`${mark}/promise`, `${40 * MIB}\n`);
    await expect(prod.create("second", declared(at("b.img"), 30, refuses))).rejects.toThrow("may still take 40 MiB");
    execFileSync("rm", ["-r", mark]);
    await prod.create("second", declared(at("b.img"), 30, refuses));
  });

  where("does not believe a guest that writes the head of a huge qcow2 image into its raw disk", async (at) => {
    await prod.create("first", declared(at("a.img"), 20));
    const head = Buffer.alloc(32);
    head.write("QFI\u00fb", 0, "latin1");
    head.writeUInt32BE(3, 4);
    head.writeBigUInt64BE(2n ** 44n, 24);
    writeFileSync(at("a.img"), head, { flag: "r+" });
    truncateSync(at("a.img"), 20 * MIB);
    await prod.create("second", declared(at("b.img"), 20, refuses));
  });
});
