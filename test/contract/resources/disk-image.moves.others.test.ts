/**
 * An image that moves while other things depend on it or on its place: images that share it or that it shares, its snapshots, the trash, the space
 * that is promised where it goes. Real shells, file systems and qemu-img.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { folderNameOf } from "../../../provider/host/owned-folder";
import { diskImageKind } from "../../../provider/resources/disk-image/disk-image.lifecycle";
import { claimsOn, filesIn } from "../../support/images-left";
import { LocalShell } from "../../support/local-shell";
import { note } from "../../support/notes";
import { ResourceStack, type Saved } from "../../support/resource-stack";
import { ShellHost } from "../../support/shell-host";

let host: ShellHost;
jest.mock("../../../provider/remote", () => ({
  ...jest.requireActual<object>("../../../provider/remote"),
  openHost: () => host,
}));

jest.setTimeout(600_000);

const MIB = 1024 ** 2;
const hasQemu = spawnSync("qemu-img", ["--version"]).status === 0;
if (!hasQemu) note("not run: moves of images with neighbours (no qemu-img)");
const found = hasQemu ? describe : describe.skip;
const prod = new ResourceStack(diskImageKind);

found("an image that moves", () => {
  let shell: LocalShell;
  let far: string;
  let path: string;
  beforeEach(() => {
    shell = new LocalShell();
    host = new ShellHost(shell);
    far = shell.at("far");
    mkdirSync(far);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=256m", "pulumi-xen-test", far]);
    path = shell.at("xen", "vm", "g.img");
  });
  afterEach(() => {
    execFileSync("umount", [far]);
    shell.remove();
  });
  const declared = (more: object = {}): object => ({
    connection: { host: "198.51.100.7" },
    path,
    sizeGiB: 8 / 1024,
    allow: ["migrate"],
    ...more,
  });
  const folder = (of: string): string => join(shell.at("var", "pulumi-xen", "disk-image"), folderNameOf(of));
  type Info = { "backing-filename"?: string; format: string; snapshots?: { name: string }[] };
  const info = (of: string): Info =>
    JSON.parse(execFileSync("qemu-img", ["info", "-U", "--output=json", of], { encoding: "utf8" })) as Info;
  const noMove = (): void =>
    expect(
      claimsOn(shell).filter(({ key }) => existsSync(join(shell.at("var", "pulumi-xen", "disk-image"), key, "moving"))),
    ).toEqual([]);

  test.each([
    ["to another path", { path: "elsewhere" }],
    ["into another format", { format: "qcow2" }],
  ])("stays while another one shares it: not %s", async (_how, more) => {
    const saved = await prod.create("golden", declared());
    const overlay = { path: shell.at("xen", "web.qcow2"), format: "qcow2", backing: { path, format: "raw" } };
    await prod.create("web", declared(overlay));
    const to = "path" in more ? { path: shell.at("xen", "elsewhere.img") } : more;
    await expect(prod.update(saved, "golden", declared(to))).rejects.toThrow(
      `${path} is shared by ${overlay.path}, which would be broken: it is not moved`,
    );
    expect([existsSync(path), info(overlay.path)["backing-filename"], claimsOn(shell).length]).toEqual([true, path, 2]);
    noMove();
  });

  test("stays where it was shared by hand while it was copied", async () => {
    const saved = await prod.create("golden", declared());
    const overlay = shell.at("xen", "vm", "by-hand.qcow2");
    mkdirSync(shell.at("bin"));
    const script = `#!/bin/sh\n/usr/bin/cmp "$@"; rc=$?\nqemu-img create -q -f qcow2 -F raw -b ${path} ${overlay}\nexit $rc\n`;
    writeFileSync(shell.at("bin", "cmp"), script, { mode: 0o755 });
    shell.path = `${shell.at("bin")}:${process.env["PATH"] ?? ""}`;
    await expect(prod.update(saved, "golden", declared({ path: join(far, "g.img") }))).rejects.toThrow(
      /was shared meanwhile, or got a snapshot \(.*by-hand\.qcow2/,
    );
    expect([existsSync(path), filesIn(far)]).toEqual([true, []]);
    noMove();
  });

  test.each([
    ["renamed", () => shell.at("xen", "web1.qcow2")],
    ["copied", () => join(far, "web1.qcow2")],
  ])("is %s with what it shares, and goes on sharing that", async (_how, aim) => {
    await prod.create("golden", declared());
    const backing = { path, format: "raw" };
    const first = shell.at("xen", "web.qcow2");
    const saved = await prod.create("web", declared({ path: first, format: "qcow2", backing }));
    const to = aim();
    const moved = await prod.update(saved, "web", declared({ path: to, format: "qcow2", backing }));
    expect([existsSync(first), info(to)["backing-filename"], moved.outs["phase"]]).toEqual([false, path, "ready"]);
    const again = (await prod.refresh(moved)) ?? moved;
    expect((await prod.update(again, "web", declared({ path: to, format: "qcow2", backing }))).inputs["plan"]).toBe("");
  });

  test("is not flattened without a word: another format of an image that shares one takes another one's place", async () => {
    await prod.create("golden", declared());
    const first = { path: shell.at("xen", "web.qcow2"), format: "qcow2" };
    const saved = await prod.create("web", declared({ ...first, backing: { path, format: "raw" } }));
    await expect(prod.update(saved, "web", declared({ path: first.path }))).rejects.toThrow(/replace/);
    expect(info(first.path)["backing-filename"]).toBe(path);
  });

  test("does not go into the trash, nor does what it was", async () => {
    const saved = await prod.create("disk", declared({ deleteAfterDays: 7 }));
    const to = join(far, "g.img");
    const moved = await prod.update(saved, "disk", declared({ path: to, deleteAfterDays: 7 }));
    expect([filesIn(shell.at("xen")), filesIn(far)]).toEqual([[], ["g.img"]]);
    expect(existsSync(shell.at("var", "pulumi-xen", "trash"))).toBe(false);
    expect(moved.outs["phase"]).toBe("ready");
  });

  test('goes with overcommit: "refuse" only where there is room for all that is promised', async () => {
    const saved = await prod.create("disk", declared());
    await prod.create("big", declared({ path: join(far, "big.img"), sizeGiB: 250 / 1024 }));
    const to = declared({ path: join(far, "g.img"), overcommit: "refuse" });
    await expect(prod.update(saved, "disk", to)).rejects.toThrow(
      /its other images may still take 250 MiB, and .*g\.img may take 8 MiB more/,
    );
    expect([existsSync(path), filesIn(far)]).toEqual([true, ["big.img"]]);
    noMove();
    const moved = await prod.update(saved, "disk", declared({ path: join(far, "g.img") }));
    expect(moved.outs).toMatchObject({ phase: "ready", promisedBytes: 258 * MIB });
    expect(readFileSync(join(folder(join(far, "g.img")), "promise"), "utf8").trim()).toBe(String(8 * MIB));
  });

  test('is converted in a place that is promised whole, with overcommit: "refuse": what it was is free again then', async () => {
    path = join(far, "g.img");
    const size = { sizeGiB: 160 / 1024, overcommit: "refuse" };
    const saved = await prod.create("disk", declared(size));
    const moved = await prod.update(saved, "disk", declared({ ...size, path: join(far, "g.qcow2"), format: "qcow2" }));
    expect([filesIn(far), moved.outs["phase"]]).toEqual([["g.qcow2"], "ready"]);
  });

  test.each([
    ["copied", "raw"],
    ["converted", "qcow2"],
  ])("gets all its blocks at once where that is declared and it is %s", async (_how, format) => {
    const saved = await prod.create("disk", declared());
    const to = join(far, "g.img");
    await prod.update(saved, "disk", declared({ path: to, format, preallocation: "falloc" }));
    expect(statSync(to).blocks * 512).toBeGreaterThanOrEqual(8 * MIB);
  });

  const withSnapshot = async (): Promise<Saved> => {
    path = shell.at("xen", "g.qcow2");
    return prod.create("disk", declared({ format: "qcow2", snapshots: [{ name: "before" }] }));
  };

  test.each([
    ["renamed", () => shell.at("xen", "other.qcow2")],
    ["copied", () => join(far, "other.qcow2")],
  ])("keeps its snapshots where it is %s, and the script of the way back names its new path", async (_how, aim) => {
    const saved = await withSnapshot();
    const to = aim();
    const more = { path: to, format: "qcow2", snapshots: [{ name: "before" }, { name: "after" }] };
    const moved = await prod.update(saved, "disk", declared(more));
    expect(info(to).snapshots?.map(({ name }) => name)).toEqual(["before", "after"]);
    const ran = spawnSync("sh", [join(folder(to), "snapshots.sh"), "roll-back", "before", "--yes"], {
      encoding: "utf8",
    });
    expect(`${ran.stdout}${ran.stderr}`).toContain(`${to} is what the snapshot before holds`);
    const again = (await prod.refresh(moved)) ?? moved;
    expect(again.inputs).toMatchObject({ path: to, snapshots: [{ name: "before" }, { name: "after" }] });
  });

  test("is not converted while it has snapshots, which is said in the preview", async () => {
    const saved = await withSnapshot();
    await expect(prod.update(saved, "disk", declared({ path: join(far, "g.img") }))).rejects.toThrow(
      /format cannot change while the image has snapshots \(before\).*Take them out of snapshots/,
    );
    expect(info(path).snapshots?.length).toBe(1);
  });

  test("stays while it is on its way back to a snapshot", async () => {
    const saved = await withSnapshot();
    writeFileSync(join(folder(path), "rolling-back"), "before 1\n");
    const more = { path: shell.at("xen", "other.qcow2"), format: "qcow2", snapshots: [{ name: "before" }] };
    await expect(prod.update(saved, "disk", declared(more))).rejects.toThrow("is on its way back to a snapshot");
    expect(existsSync(path)).toBe(true);
  });
});
