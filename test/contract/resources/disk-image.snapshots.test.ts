/**
 * Snapshots of a qcow2 image: made, removed, gone back to; through the functions that Pulumi calls and the script that people call, with the
 * real qemu-img in a real shell. Those of logical volumes take device-mapper: test/lab/storage.test.ts.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { folderNameOf } from "../../../provider/host/owned-folder";
import { diskImageKind } from "../../../provider/resources/disk-image/disk-image.lifecycle";
import { LocalShell } from "../../support/local-shell";
import { note } from "../../support/notes";
import { snapshotsIn } from "../../support/qcow2-snapshots";
import { ResourceStack, type Saved } from "../../support/resource-stack";
import { ShellHost } from "../../support/shell-host";

let host: ShellHost;
jest.mock("../../../provider/remote", () => ({
  ...jest.requireActual<object>("../../../provider/remote"),
  openHost: () => host,
}));

jest.setTimeout(240_000);

const hasTool = ["qemu-img", "qemu-io"].every((tool) => spawnSync(tool, ["--version"]).status === 0);
if (!hasTool) note("not run: snapshots of a qcow2 image (no qemu-img or qemu-io)");
const found = hasTool ? describe : describe.skip;
const prod = new ResourceStack(diskImageKind);

found("the snapshots of a qcow2 image", () => {
  let shell: LocalShell;
  let path: string;
  let holder: ChildProcess | undefined;
  beforeEach(() => {
    shell = new LocalShell();
    host = new ShellHost(shell);
    path = shell.at("xen", "g.qcow2");
  });
  afterEach(() => {
    holder?.kill("SIGKILL");
    holder = undefined;
    shell.remove();
  });
  const declared = (names: readonly string[] = [], more: object = {}): object => ({
    connection: { host: "198.51.100.7" },
    path,
    format: "qcow2",
    sizeGiB: 16 / 1024,
    ...(names.length === 0 ? {} : { snapshots: names.map((name) => ({ name })) }),
    ...more,
  });
  const consent = { allow: ["dataLoss"] };
  const folder = (...parts: string[]): string =>
    join(shell.at("var", "pulumi-xen", "disk-image", folderNameOf(path)), ...parts);
  /** A guest writes: the whole first MiB is this byte. */
  const write = (byte: number): void =>
    void execFileSync("qemu-io", ["-f", "qcow2", "-c", `write -P ${String(byte)} 0 1M`, path]);
  const holds = (byte: number): boolean =>
    !/failed|Pattern/.test(
      execFileSync("qemu-io", ["-f", "qcow2", "-c", `read -P ${String(byte)} 0 1M`, path], { encoding: "utf8" }),
    );
  const inImage = (): string[] => snapshotsIn(path);
  const tool = (...words: string[]): { code: number | null; text: string } => {
    const { status, stdout, stderr } = spawnSync("sh", [folder("snapshots.sh"), ...words], { encoding: "utf8" });
    return { code: status, text: `${stdout}${stderr}` };
  };
  const opened = async (): Promise<void> => {
    holder = spawn("sh", ["-c", 'exec 3<"$1"; echo open; exec sleep 600', "sh", path], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    await new Promise((resolve) => holder?.stdout?.once("data", resolve));
  };
  const made = async (...names: string[]): Promise<Saved> => prod.create("disk", declared(names));

  it("are made where a name is added, and the log names the way back", async () => {
    const saved = await made();
    write(1);
    const updated = await prod.update(saved, "disk", declared(["before-upgrade"]));
    expect(updated.inputs["plan"]).toBe(`make snapshot before-upgrade of ${path}: live`);
    expect(inImage()).toEqual(["before-upgrade"]);
    expect(host.told.join("\n")).toContain(
      `to go back to one, with the guest down: sh ${folder("snapshots.sh")} roll-back NAME`,
    );
    // The second time nothing is done, and nothing is seen.
    const again = await prod.update(updated, "disk", declared(["before-upgrade"]));
    expect([again.inputs["plan"], inImage()]).toEqual(["", ["before-upgrade"]]);
    expect((await prod.refresh(again))?.inputs["snapshots"]).toEqual([{ name: "before-upgrade" }]);
  });

  it("bring back what the image held, by one command, as often as that is wanted", async () => {
    const saved = await made();
    write(1);
    await prod.update(saved, "disk", declared(["before-upgrade"]));
    write(2);
    expect(tool("list").text).toBe("before-upgrade\n");
    // Nothing happens before the operator has said yes.
    const asked = tool("roll-back", "before-upgrade");
    expect([asked.code, asked.text, holds(2)]).toEqual([
      3,
      expect.stringContaining("all that was written since is lost"),
      true,
    ]);
    expect(tool("roll-back", "before-upgrade", "--yes")).toMatchObject({ code: 0 });
    expect(holds(1)).toBe(true);
    write(3);
    expect(tool("roll-back", "before-upgrade", "--yes").code).toBe(0);
    expect([holds(1), inImage()]).toEqual([true, ["before-upgrade"]]);
    expect(execFileSync("qemu-img", ["check", path], { encoding: "utf8" })).toContain("No errors were found");
    expect(tool("roll-back", "another", "--yes")).toMatchObject({
      code: 1,
      text: expect.stringContaining("has no snapshot another of ours") as string,
    });
  });

  it("are not gone back to where another image shares this one, and are again where that stands alone", async () => {
    const saved = await made();
    write(1);
    await prod.update(saved, "disk", declared(["before-upgrade"]));
    write(2);
    const overlay = shell.at("xen", "web1.qcow2");
    execFileSync("qemu-img", ["create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", path, overlay]);
    expect(tool("roll-back", "before-upgrade", "--yes")).toMatchObject({
      code: 1,
      text: expect.stringContaining(`${path} is shared by ${overlay}`) as string,
    });
    expect(holds(2)).toBe(true);
    execFileSync("qemu-img", ["rebase", "-q", "-f", "qcow2", "-b", "", overlay]);
    expect([tool("roll-back", "before-upgrade", "--yes").code, holds(1)]).toEqual([0, true]);
  });

  it("are removed only with consent, and leave nothing behind", async () => {
    const saved = await prod.update(await made(), "disk", declared(["a", "b"]));
    const checked = prod.check(saved.inputs, "disk", declared(["b"]));
    await expect(checked).rejects.toThrow(
      `cannot change: "remove snapshot a of ${path}" would happen live and lose data, which allow does not permit. Add "dataLoss" to allow`,
    );
    expect(inImage()).toEqual(["a", "b"]);
    const left = await prod.update(saved, "disk", declared(["b"], consent));
    expect(inImage()).toEqual(["b"]);
    const none = await prod.update(left, "disk", declared([], consent));
    expect([inImage(), existsSync(folder("snapshots.sh")), existsSync(folder("snapshots"))]).toEqual([
      [],
      false,
      false,
    ]);
    await prod.delete(none);
    expect(existsSync(shell.at("var", "pulumi-xen"))).toBe(false);
  });

  it("are made with the image, grow with it, and go with it", async () => {
    const saved = await made("empty");
    expect(inImage()).toEqual(["empty"]);
    const grown = await prod.update(saved, "disk", declared(["empty", "grown"], { sizeGiB: 32 / 1024 }));
    expect([grown.outs["sizeBytes"], inImage()]).toEqual([32 * 1024 ** 2, ["empty", "grown"]]);
    await prod.delete(grown);
    expect([existsSync(path), existsSync(shell.at("var", "pulumi-xen"))]).toEqual([false, false]);
  });

  it("are neither made nor removed nor gone back to while somebody has the image open", async () => {
    const saved = await prod.update(await made(), "disk", declared(["a"]));
    write(2);
    await opened();
    await expect(prod.update(saved, "disk", declared(["a", "b"]))).rejects.toThrow(
      "a qcow2 image has snapshots made and removed only while nobody has it open. Shut the guest down",
    );
    await expect(prod.update(saved, "disk", declared([], consent))).rejects.toThrow("only while nobody has it open");
    for (const words of [
      ["roll-back", "a", "--yes"],
      ["remove", "a"],
    ])
      expect(tool(...words)).toMatchObject({ code: 1, text: expect.stringContaining("is in use (process") as string });
    expect([inImage(), holds(2)]).toEqual([["a"], true]);
    // What is there already is seen, and nothing has to be done.
    expect((await prod.update(saved, "disk", declared(["a"]))).inputs["plan"]).toBe("");
  });

  it("are not gone back to under a guest that was saved", async () => {
    await prod.update(await made(), "disk", declared(["a"]));
    mkdirSync(shell.at("etc-xen"));
    writeFileSync(
      shell.at("etc-xen", "pxsaved.cfg"),
      `name = "pxsaved"\ndisk = [ "format=qcow2,vdev=xvda,target=${path}" ]\n`,
    );
    const script = readFileSync(folder("snapshots.sh"), "utf8").replaceAll("/var/lib/xen/save", shell.at("save"));
    writeFileSync(folder("snapshots.sh"), script);
    mkdirSync(shell.at("save"));
    writeFileSync(shell.at("save", "pxsaved"), "");
    expect(tool("roll-back", "a", "--yes")).toMatchObject({
      code: 1,
      text: expect.stringContaining("The guest pxsaved was saved") as string,
    });
  });

  it("of others stay, and are neither removed nor mistaken for ours", async () => {
    const saved = await made();
    execFileSync("qemu-img", ["snapshot", "-c", "by hand", path]);
    execFileSync("qemu-img", ["snapshot", "-c", "mine", path]);
    await expect(prod.update(saved, "disk", declared(["mine"]))).rejects.toThrow(
      "has a snapshot mine already that is not ours",
    );
    const updated = await prod.update(saved, "disk", declared(["by"]));
    expect((await prod.refresh(updated))?.inputs["snapshots"]).toEqual([{ name: "by" }]);
    await prod.update(updated, "disk", declared([], consent));
    expect(inImage()).toEqual(["by hand", "mine"]);
  });

  it("that somebody has removed show as drift, and those that nobody declares are not removed without consent", async () => {
    const saved = await prod.update(await made(), "disk", declared(["a", "b"]));
    execFileSync("qemu-img", ["snapshot", "-d", "a", path]);
    const seen = await prod.refresh(saved);
    expect(seen?.inputs["snapshots"]).toEqual([{ name: "b" }]);
    const { plan } = await prod.check(seen?.inputs ?? {}, "disk", declared(["a", "b"]));
    expect(plan).toBe(`make snapshot a of ${path}: live`);
    // An older state that knows of no snapshot.
    const older: Saved = {
      ...saved,
      inputs: { ...saved.inputs, snapshots: undefined },
      outs: { ...saved.outs, snapshots: undefined },
    };
    await expect(prod.update(older, "disk", declared([], { sizeGiB: 32 / 1024 }))).rejects.toThrow(
      "has a snapshot b that is not declared, and what it holds would be lost",
    );
    expect(inImage()).toEqual(["b"]);
  });

  it("are whole where making one was killed half-way, and are made once when it is run again", async () => {
    const saved = await made();
    mkdirSync(shell.at("bin"));
    writeFileSync(
      shell.at("bin", "qemu-img"),
      `#!/bin/sh\ncase "$*" in *-c*) [ ! -e ${shell.at("first")} ] || { kill -9 $PPID; exit 1; } ;; esac\nexec /usr/bin/qemu-img "$@"\n`,
      { mode: 0o755 },
    );
    writeFileSync(shell.at("first"), "");
    shell.path = `${shell.at("bin")}:${process.env["PATH"] ?? ""}`;
    await expect(prod.update(saved, "disk", declared(["a"]))).rejects.toThrow();
    expect(inImage()).toEqual([]);
    execFileSync("rm", [shell.at("first")]);
    await prod.update(saved, "disk", declared(["a"]));
    expect(inImage()).toEqual(["a"]);
  });
});

it.each([
  [{ format: "raw" }, "cannot be made of a raw image"],
  [{ path: "/dev/sda1", format: "block", sizeGiB: undefined }, "cannot be made of a block device"],
  [{ snapshots: [{ name: "a" }, { name: "a" }] }, "must not hold one name twice"],
  [{ snapshots: [{ name: "auto-x" }] }, 'must not begin with "auto-"'],
  [{ snapshots: [{ name: "1" }] }, "must begin with a letter"],
  [{ snapshots: [{ name: "a", sizeGiB: 1 }] }, "counts for a logical volume with extents of its own only"],
  [{ format: "lvm", path: `/dev/vg0/${"a".repeat(80)}`, snapshots: [{ name: "b".repeat(40) }] }, "too long for LVM"],
])("snapshots that cannot be are refused in check: %j", async (more, reason) => {
  const connection = { host: "198.51.100.7" };
  const given = { connection, path: "/xen/g.qcow2", format: "qcow2", sizeGiB: 1, snapshots: [{ name: "a" }], ...more };
  await expect(prod.check({}, "disk", given)).rejects.toThrow(reason);
});
