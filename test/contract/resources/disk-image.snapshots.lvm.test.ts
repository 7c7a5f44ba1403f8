/**
 * Classic snapshots of a logical volume, through the functions that Pulumi calls and the script that people call. The real LVM keeps them; what
 * device-mapper would do is stood in for (test/support/lvm-judge). Under a real device-mapper, and thin ones: test/lab/storage.test.ts.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { diskImageKind } from "../../../provider/resources/disk-image/disk-image.lifecycle";
import { eventually } from "../../support/eventually";
import type { LocalShell } from "../../support/local-shell";
import type { VolumeGroup } from "../../support/lvm-judge";
import { ResourceStack, type Saved } from "../../support/resource-stack";
import type { ShellHost } from "../../support/shell-host";
import { type SnappedVolume, withSnappedVolume } from "../../support/snapped-volume";

let host: ShellHost;
jest.mock("../../../provider/remote", () => ({
  ...jest.requireActual<object>("../../../provider/remote"),
  openHost: () => host,
}));

jest.setTimeout(600_000);

describe("the snapshots of a logical volume", () => {
  const prod = new ResourceStack(diskImageKind);
  let shell: LocalShell;
  let group: VolumeGroup;
  let volume: SnappedVolume;
  let child: ChildProcess | undefined;
  afterEach(() => {
    child?.kill("SIGKILL");
    child = undefined;
  });
  const where = withSnappedVolume("snapshots of logical volumes", (made) => ({ shell, group, host, volume } = made));
  const consent = { allow: ["dataLoss"] };
  /** What an operator types, up to where it says `until`. */
  const begun = async (until: string, ...words: string[]): Promise<ChildProcess> => {
    const running = spawn("sh", [volume.folder("snapshots.sh"), ...words], {
      env: volume.environment(),
      stdio: ["ignore", "pipe", "ignore"],
    });
    child = running;
    let said = "";
    running.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
    await eventually(() => expect(said).toContain(until), { seconds: 60 });
    return running;
  };
  /** A volume that held `first` when its snapshots were made, and `second` now. */
  const snapped = async (...names: string[]): Promise<Saved> => {
    const saved = await prod.create("disk", volume.declared());
    volume.write("first");
    const updated = await prod.update(saved, "disk", volume.declared(names));
    volume.write("second");
    return updated;
  };

  where("bring back what the volume held, by one command, as often as that is wanted", async () => {
    const saved = await snapped("a");
    expect([volume.volumes(), volume.tool("list").text]).toEqual([["guest1", "guest1.snap-a"], "a\n"]);
    for (let time = 0; time < 2; time += 1) {
      expect(volume.tool("roll-back", "a", "--yes")).toMatchObject({
        code: 0,
        text: expect.stringContaining("is what the snapshot a holds") as string,
      });
      expect([volume.held(), volume.volumes(), existsSync(volume.folder("rolling-back"))]).toEqual([
        "first",
        ["guest1", "guest1.snap-a"],
        false,
      ]);
      volume.write("third");
    }
    expect((await prod.update(saved, "disk", volume.declared(["a"]))).inputs["plan"]).toBe("");
    const none = await prod.update(saved, "disk", volume.declared([], consent));
    expect(volume.volumes()).toEqual(["guest1"]);
    await prod.delete(none);
    expect([volume.volumes(), existsSync(shell.at("var", "pulumi-xen"))]).toEqual([[], false]);
  });

  where("are made again only when LVM has merged the former ones, which it hides meanwhile", async () => {
    await snapped("a");
    group.merges("slowly");
    const running = await begun("LVM copies back", "roll-back", "a", "--yes");
    expect([volume.held(), volume.volumes(), running.exitCode]).toEqual(["first", ["guest1"], null]);
    group.merges("at once");
    await eventually(() => expect(running.exitCode).toBe(0), { seconds: 60 });
    expect(volume.volumes()).toEqual(["guest1", "guest1.snap-a"]);
  });

  where("are gone back to by a further run where the first was killed while LVM merged", async () => {
    const saved = await snapped("a", "b");
    group.merges("slowly");
    (await begun("LVM copies back", "roll-back", "a", "--yes")).kill("SIGKILL");
    expect(volume.tool("roll-back", "b", "--yes")).toMatchObject({
      code: 1,
      text: expect.stringContaining("is on its way back to a. Finish that first") as string,
    });
    group.merges("at once");
    expect(volume.tool("roll-back", "a", "--yes").code).toBe(0);
    expect([volume.held(), volume.volumes()]).toEqual(["first", ["guest1", "guest1.snap-a", "guest1.snap-b"]]);
    expect((await prod.update(saved, "disk", volume.declared(["a", "b"]))).inputs["plan"]).toBe("");
  });

  where("leave the volume as it was, and free for another way back, where LVM refuses the merge", async () => {
    await snapped("a", "b");
    group.merges("never");
    expect(volume.tool("roll-back", "a", "--yes")).toMatchObject({
      code: 1,
      text: expect.stringContaining(
        `LVM does not merge ${group.name}/guest1.snap-a; ${volume.path} is as it was`,
      ) as string,
    });
    expect([volume.held(), volume.volumes(), existsSync(volume.folder("rolling-back"))]).toEqual([
      "second",
      ["guest1", "guest1.snap-a", "guest1.snap-b"],
      false,
    ]);
    group.merges("at once");
    expect([volume.tool("roll-back", "b", "--yes").code, volume.held()]).toEqual([0, "first"]);
  });

  where("are not gone back to while LVM merges a snapshot that somebody else has told it to", async () => {
    const saved = await snapped("a");
    group.operate("lvcreate", "-y", "-s", "-n", "by-hand", "-L", "4M", `${group.name}/guest1`);
    volume.write("third");
    group.merges("slowly");
    group.operate("lvconvert", "-y", "--merge", `${group.name}/by-hand`);
    group.operate("lvchange", "-a", "y", `${group.name}/guest1`);
    expect(volume.tool("roll-back", "a", "--yes")).toMatchObject({
      code: 1,
      text: expect.stringContaining(`LVM is merging another snapshot into ${volume.path}`) as string,
    });
    expect([volume.held(), existsSync(volume.folder("rolling-back"))]).toEqual(["second", false]);
    await expect(prod.update(saved, "disk", volume.declared(["a", "b"]))).rejects.toThrow(
      "gets no other one until that",
    );
    group.merges("at once");
    expect([volume.tool("roll-back", "a", "--yes").code, volume.held()]).toEqual([0, "first"]);
  });

  where("that have overflowed are no way back: they are not listed, show as drift, and are made again", async () => {
    const saved = await snapped("a");
    group.overflow(`${group.name}/guest1.snap-a`);
    expect(volume.tool("list").text).toBe("");
    expect(volume.tool("roll-back", "a", "--yes")).toMatchObject({
      code: 1,
      text: expect.stringContaining("has no snapshot a of ours") as string,
    });
    expect(volume.held()).toBe("second");
    const seen = await prod.refresh(saved);
    expect(seen?.inputs["snapshots"]).toBeUndefined();
    const again = await prod.update(seen ?? saved, "disk", volume.declared(["a"]));
    expect(again.inputs["plan"]).toBe(`make snapshot a of ${volume.path}: live`);
    expect(host.told.join("\n")).toContain(`the former snapshot a of ${volume.path} has overflowed and holds nothing`);
    volume.write("third");
    expect([volume.tool("roll-back", "a", "--yes").code, volume.held()]).toEqual([0, "second"]);
    // The space that it takes is given back by whoever asks for that.
    group.overflow(`${group.name}/guest1.snap-a`);
    expect([volume.tool("remove", "a").code, volume.volumes()]).toEqual([0, ["guest1"]]);
  });
});
