import { createHash } from "node:crypto";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { awaitRelease } from "../../../provider/host/image-users";
import { unfinishedPath } from "../../../provider/host/storage/file";
import { broughtPath } from "../../../provider/host/storage/source";
import { growRaw } from "../../../provider/host/storage/raw";
import { growStep } from "../../../provider/resources/disk-image/disk-image.grow";
import { imageQuestion } from "../../../provider/resources/disk-image/disk-image.observe";
import { type DiskImageInputs, diskImageSchema } from "../../../provider/resources/disk-image/disk-image.properties";
import { judgeImage } from "../../../provider/resources/disk-image/disk-image.refusals";
import { completeDiskImage } from "../../../provider/resources/disk-image/disk-image.rules";
import { jobFor, removeJob } from "../../../provider/resources/disk-image/disk-image.steps";
import { sh } from "../../../provider/shell";
import { LocalShell } from "../../support/local-shell";
import type { Ran } from "../../support/ran";

const MIB = 1024 ** 2;

// Each runs dozens of small programs; on a busy machine that takes its time.
jest.setTimeout(60_000);

describe.each([["dash"], ["busybox sh"]])("the steps of a disk image under %s", (name) => {
  let shell: LocalShell;
  beforeEach(() => {
    shell = new LocalShell(name.split(" "));
  });
  afterEach(() => {
    shell.remove();
  });

  const inputs = (more: Partial<DiskImageInputs> = {}): DiskImageInputs =>
    completeDiskImage({ connection: { host: "h" }, path: shell.at("xen", "vm", "g.img"), sizeGiB: 1, ...more });

  const owner = "shop/prod::DiskImage::disk";
  const look = (declared: DiskImageInputs) => shell.ask(imageQuestion(declared.path, declared.format ?? "raw", true));

  /** As the lifecycle does: look, judge, perform. */
  async function make(declared: DiskImageInputs): Promise<Ran> {
    const seen = await look(declared);
    const judgement = judgeImage(seen, declared, seen.claim !== undefined);
    if (judgement.verdict === "refuse") throw new Error(judgement.faults.join("\n"));
    const job = jobFor(declared, seen, judgement, {
      claimant: { owner, claimId: seen.claim?.id, hasState: seen.claim !== undefined },
    });
    return job === undefined ? { exitCode: 0, stdout: "nothing to do", stderr: "" } : shell.perform(job);
  }

  const remove = async (declared: DiskImageInputs, keeps: boolean): Promise<Ran> =>
    shell.perform(removeJob(declared, (await look(declared)).claim?.id, keeps));

  test("make a sparse file and its folders, and say so when asked", async () => {
    const declared = inputs();
    const ran = await make(declared);
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    const info = statSync(declared.path);
    expect(info.size).toBe(1024 * MIB);
    expect(info.blocks * 512).toBeLessThan(MIB);
    expect(info.mode & 0o777).toBe(0o600);
    expect(statSync(shell.at("xen", "vm")).mode & 0o777).toBe(0o755);
    const seen = await shell.ask(imageQuestion(declared.path, "raw", true));
    expect(seen).toMatchObject({ type: "file", sizeBytes: 1024 * MIB, format: "raw", users: [], configured: [] });
    expect(seen).toMatchObject({ claim: { owner, of: declared.path }, phase: "ready", isMade: true, madeOf: "empty" });
    expect(await make(declared)).toMatchObject({ stdout: "nothing to do" });
  });

  test("may be run again, grow the image, and keep what it holds", async () => {
    await make(inputs());
    writeFileSync(inputs().path, "data of the guest", { flag: "r+" });
    const ran = await make(inputs({ sizeGiB: 1.5 }));
    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toContain("grew from 1073741824 to 1610612736 bytes");
    expect(statSync(inputs().path).size).toBe(1536 * MIB);
    expect(readFileSync(inputs().path).subarray(0, 17).toString()).toBe("data of the guest");
  });

  test("tell a guest's loop device of the new size before they wait for the guest to see it", async () => {
    await make(inputs());
    // A guest whose disk is /dev/loop7; its back end tells the size of that one.
    const size = shell.at("loop-size");
    writeFileSync(size, String(1024 * MIB));
    mkdirSync(shell.at("bin"));
    const sectors = `case $1 in */sectors) echo $(($(cat ${size}) / 512)) ;; */state) echo 4 ;; esac`;
    writeFileSync(shell.at("bin/xenstore-read"), `#!/bin/sh\n${sectors}\n`, { mode: 0o755 });
    shell.path = `${shell.at("bin")}:/usr/bin:/bin`;
    // Functions, since busybox would take its own losetup before any program.
    const ran = await shell.run(sh`image=${inputs().path} want=${1536 * MIB}
image_users() { printf 'guest 1 vbd 51712 guest1\nloop /dev/loop7\n'; }
losetup() { stat -c %s "$image" >${size}; }
blockdev() { cat ${size}; }
${growRaw}`);
    expect(ran.stderr).toBe("");
    expect(ran.stdout).toContain(`guest guest1 has a disk of ${String(1536 * MIB)} bytes`);
  });

  test("wait for loop devices alone before a removal, and no longer than these stay", async () => {
    const looks = shell.at("looks");
    const ended = (uses: string) =>
      sh`image_users() { echo x >>${looks}; if [ "$(grep -c x ${looks})" -lt 3 ]; then printf ${uses}; fi; }`;
    const ran = await shell.run(sh`image=/g; sleep() { :; }
${ended("loop /dev/loop7\\n")}
${awaitRelease}`);
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(readFileSync(looks, "utf8")).toBe("x\nx\nx\n");
    await shell.run(sh`image=/g; sleep() { :; }; rm ${looks}
${ended("loop /dev/loop7\\nguest 3 vbd 51712 guest1\\n")}
${awaitRelease}`);
    expect(readFileSync(looks, "utf8")).toBe("x\n");
  });

  test("never make an image smaller", async () => {
    await make(inputs());
    await expect(make(inputs({ sizeGiB: 0.5 }))).rejects.toThrow("never made smaller");
    const ran = await shell.perform({
      object: "disk-image/g",
      title: "shrink",
      steps: [growStep({ path: inputs().path, format: "raw", bytes: 512 * MIB })],
    });
    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("never made smaller");
    expect(statSync(inputs().path).size).toBe(1024 * MIB);
  });

  test("remove the image, our marks and the folders we made, and nothing else", async () => {
    mkdirSync(shell.at("xen"));
    await make(inputs());
    const ran = await remove(inputs(), false);
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(existsSync(shell.at("xen", "vm"))).toBe(false);
    expect(existsSync(shell.at("xen"))).toBe(true);
    expect(existsSync(shell.at("var", "pulumi-xen"))).toBe(false);
    expect((await remove(inputs(), false)).exitCode).toBe(0);
  });

  test("remove folders that two images share only with the last of them", async () => {
    const [one, two] = [inputs(), inputs({ path: shell.at("xen", "vm", "two.img") })];
    await make(one);
    await make(two);
    await remove(one, false);
    expect(existsSync(two.path)).toBe(true);
    await remove(two, false);
    expect(existsSync(shell.at("xen"))).toBe(false);
    expect(existsSync(shell.at("var", "pulumi-xen"))).toBe(false);
  });

  test("leave an image that is to be kept, without our mark", async () => {
    await make(inputs());
    await remove(inputs(), true);
    expect(existsSync(inputs().path)).toBe(true);
    expect(existsSync(shell.at("var", "pulumi-xen"))).toBe(false);
  });

  test("see who holds the image open, and do not remove it then", async () => {
    await make(inputs());
    const fd = openSync(inputs().path, "r");
    try {
      const seen = await shell.ask(imageQuestion(inputs().path, "raw", true));
      const isGnuFind = name !== "busybox sh";
      if (isGnuFind) expect(seen.users).toContainEqual(expect.objectContaining({ kind: "process", pid: process.pid }));
      const ran = await remove(inputs(), false);
      expect(ran.exitCode).toBe(1);
      expect(ran.stderr).toContain("in use");
      expect(existsSync(inputs().path)).toBe(true);
    } finally {
      closeSync(fd);
    }
  });

  test("make an image of a source, as big as declared", async () => {
    const content = Buffer.concat([Buffer.from("boot sector"), Buffer.alloc(5 * MIB)]);
    const sha256 = createHash("sha256").update(content).digest("hex");
    const declared = inputs({ source: { path: "/somewhere/disk.img", sha256 } });
    mkdirSync(shell.at("xen", "vm"), { recursive: true });
    writeFileSync(broughtPath(declared.path), content);
    expect(await make(declared)).toMatchObject({ exitCode: 0, stderr: "" });
    expect(statSync(declared.path).size).toBe(1024 * MIB);
    expect(readFileSync(declared.path).subarray(0, 11).toString()).toBe("boot sector");
    expect(existsSync(unfinishedPath(declared.path))).toBe(false);
  });

  test("refuse a source that is bigger than the image", async () => {
    const declared = inputs({ sizeGiB: 1 / 1024, source: { path: "/x", sha256: "0".repeat(64) } });
    mkdirSync(shell.at("xen", "vm"), { recursive: true });
    writeFileSync(broughtPath(declared.path), Buffer.alloc(2 * MIB));
    const ran = await make(declared);
    expect(ran.exitCode).toBe(1);
    // A size that check takes.
    expect(ran.stderr).toContain("Set sizeGiB to 0.001953125 or more.");
  });

  test("name a size in whole MiB where a source ends within one", async () => {
    const declared = inputs({ sizeGiB: 1 / 1024, source: { path: "/x", sha256: "0".repeat(64) } });
    mkdirSync(shell.at("xen", "vm"), { recursive: true });
    writeFileSync(broughtPath(declared.path), Buffer.alloc(3 * MIB + 1));
    const [, named = ""] = /Set sizeGiB to ([\d.]+) or more/.exec((await make(declared)).stderr) ?? [];
    expect(Number(named) * 1024).toBe(4);
    expect(diskImageSchema.safeParse({ ...declared, sizeGiB: Number(named) }).success).toBe(true);
    writeFileSync(broughtPath(declared.path), Buffer.alloc(3 * MIB + 1));
    expect(await make({ ...declared, sizeGiB: Number(named) })).toMatchObject({ exitCode: 0 });
  });

  test("refuse a qcow2 source of a raw image by its first bytes, and take a raw one with other bytes", async () => {
    const declared = inputs({ sizeGiB: 1 / 1024, source: { path: "/x", sha256: "0".repeat(64) } });
    mkdirSync(shell.at("xen", "vm"), { recursive: true });
    const qcow2 = Buffer.concat([Buffer.from([0x51, 0x46, 0x49, 0xfb, 0, 0, 0, 3]), Buffer.alloc(4096)]);
    writeFileSync(broughtPath(declared.path), qcow2);
    const ran = await make(declared);
    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain(
      "The source is a qcow2 image, but format is raw. Set format to qcow2, or convert: true",
    );
    expect(existsSync(declared.path)).toBe(false);
    writeFileSync(broughtPath(declared.path), Buffer.concat([Buffer.from("QFI but raw"), Buffer.alloc(4096)]));
    expect(await make(declared)).toMatchObject({ exitCode: 0 });
  });

  test("refuse to adopt a qcow2 file as raw, and never look into a raw image of ours", async () => {
    const path = shell.at("theirs.qcow2");
    const head = Buffer.from([0x51, 0x46, 0x49, 0xfb, 0, 0, 0, 3]);
    writeFileSync(path, Buffer.concat([head, Buffer.alloc(MIB - head.length)]));
    const declared = { ...inputs({ path, sizeGiB: 1 / 1024 }), adopt: true };
    const seen = await look(declared);
    expect(judgeImage(seen, declared, false)).toMatchObject({
      verdict: "refuse",
      faults: [expect.stringContaining(`${path} is a qcow2 image, but is declared raw`) as string],
    });
    // What a guest writes to its first sector says nothing about the file.
    await make(inputs());
    writeFileSync(inputs().path, head, { flag: "r+" });
    expect(await make(inputs())).toMatchObject({ stdout: "nothing to do" });
  });

  test("make and grow qcow2, which is read without qemu-img", async () => {
    const declared = inputs({ format: "qcow2", preallocation: "metadata", sizeGiB: 0.25, path: shell.at("g.qcow2") });
    expect(await make(declared)).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await shell.ask(imageQuestion(declared.path, "qcow2", false))).toMatchObject({
      format: "qcow2",
      sizeBytes: 256 * MIB,
    });
    const bigger = { ...declared, sizeGiB: 0.5 };
    expect((await make(bigger)).stdout).toContain("grew from");
    expect(await shell.ask(imageQuestion(declared.path, "qcow2", false))).toMatchObject({ sizeBytes: 512 * MIB });
  });

  test("see that an image that is there is not ours", async () => {
    writeFileSync(shell.at("theirs.img"), Buffer.alloc(MIB));
    const declared = inputs({ path: shell.at("theirs.img"), sizeGiB: 1 / 1024 });
    const seen = await shell.ask(imageQuestion(declared.path, "raw", true));
    expect(judgeImage(seen, declared, false)).toMatchObject({ verdict: "refuse", why: "notOwned" });
    expect(judgeImage(seen, { ...declared, adopt: true }, false)).toEqual({ verdict: "keep", plan: [], adopts: true });
  });
});
