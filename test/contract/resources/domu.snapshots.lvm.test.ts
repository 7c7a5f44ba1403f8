/**
 * Snapshots of a guest's logical volumes before a change that takes it down: the job's own script, as it is read in each of its three steps. The
 * real LVM keeps them; what device-mapper would do is stood in for (test/support/lvm-judge). On a real Xen host: test/lab/storage.test.ts.
 */
import { existsSync, writeFileSync } from "node:fs";
import { lvmSnapshots } from "../../../provider/host/storage/snapshots/lvm-snapshots";
import { type GuestDisk, beforeChangeFiles } from "../../../provider/host/storage/snapshots/snapshots";
import { folderNameOf } from "../../../provider/host/owned-folder";
import { diskImageKind } from "../../../provider/resources/disk-image/disk-image.lifecycle";
import { type ShellText, sh } from "../../../provider/shell";
import { eventually } from "../../support/eventually";
import type { LocalShell } from "../../support/local-shell";
import type { VolumeGroup } from "../../support/lvm-judge";
import { ResourceStack } from "../../support/resource-stack";
import type { ShellHost } from "../../support/shell-host";
import { type SnappedVolume, withSnappedVolume } from "../../support/snapped-volume";

let host: ShellHost;
jest.mock("../../../provider/remote", () => ({
  ...jest.requireActual<object>("../../../provider/remote"),
  openHost: () => host,
}));

jest.setTimeout(600_000);

describe("the snapshots of a guest's volumes before its restart", () => {
  const prod = new ResourceStack(diskImageKind);
  let shell: LocalShell;
  let group: VolumeGroup;
  let volume: SnappedVolume;
  const where = withSnappedVolume(
    "snapshots of a guest's logical volumes",
    (made) => ({ shell, group, host, volume } = made),
  );
  const consent = { allow: ["dataLoss"] };

  type Part = "prove" | "make" | "tidy";
  const partOf = (part: Part, name: string): ShellText => sh`snapshot_for=${part} snapshot_new=${name}
. "$JOB_FILES"/snapshot-before.sh`;
  /** The step of a job that restarts a guest with these disks. */
  const step = async (script: ShellText, ...paths: readonly string[]): Promise<string> => {
    const disks: GuestDisk[] = paths.map((each) => ({
      place: { path: each, folder: `/var/lib/pulumi-xen/disk-image/${folderNameOf(each)}` },
      storage: lvmSnapshots,
      isDevice: true,
    }));
    const files = beforeChangeFiles(disks).map(({ name: file, content }) => ({
      name: file,
      content: shell.localized(content as string),
    }));
    const { exitCode, stdout, stderr } = await shell.perform({
      object: "domu/guest1",
      title: "snapshots",
      steps: [{ name: "snapshots", title: "", effect: "none", script }],
      files,
    });
    return `${exitCode === 0 ? "" : "failed: "}${stdout}${stderr}`;
  };
  const beforeRestart = (part: Part, name: string, ...paths: readonly string[]): Promise<string> =>
    step(partOf(part, name), ...paths);
  /** Two volumes in a group that has so many extents of 4 MiB free; a snapshot of each takes two. */
  const two = async (free: number): Promise<string> => {
    const second = `/dev/${group.name}/guest2`;
    await prod.create("disk", volume.declared([], { sizeGiB: 20 / 1024 }));
    await prod.create("second", volume.declared([], { path: second, sizeGiB: 20 / 1024 }));
    group.operate("lvcreate", "-y", "-n", "others", "-L", `${String((5 - free) * 4)}M`, group.name);
    expect(group.operate("vgs", "--noheadings", "-o", "vg_free_count").trim()).toBe(String(free));
    return second;
  };

  where("are proven together where one group has to hold them, each time from the beginning", async () => {
    const second = await two(3);
    expect(await beforeRestart("prove", "auto-1", volume.path)).toBe("");
    expect(await beforeRestart("prove", "auto-1", volume.path, second)).toBe(
      `The volume group ${group.name} has 12 MiB free, and the snapshots of the disks up to ${second} take 16 MiB. Extend the group (vgextend).\n`,
    );
    const twice = sh`${partOf("prove", "auto-1")}
${partOf("prove", "auto-1")}`;
    expect(await step(twice, second)).toBe("");
  });

  where("are made in the room in which they were proven, also where nothing is left of it then", async () => {
    const second = await two(4);
    const all = sh`${partOf("prove", "auto-1")}
${partOf("make", "auto-1")}
ls /run/pulumi-xen 2>/dev/null || echo nothing is due`;
    expect(await step(all, volume.path, second)).toMatch(/^(?!failed)[^]*nothing is due/);
    expect(volume.volumes()).toEqual(["guest1", "guest1.snap-auto-1", "guest2", "guest2.snap-auto-1", "others"]);
  });

  where("are not promised the same room twice, where two guests are restarted at once", async () => {
    const second = await two(3);
    const waits = sh`${partOf("prove", "auto-1")}
: >${shell.at("proven")}
tries=0
until [ -e ${shell.at("go")} ] || [ "$tries" = 600 ]; do tries=$((tries + 1)); sleep 0.1; done
${partOf("make", "auto-1")}`;
    const first = step(waits, volume.path);
    await eventually(() => expect(existsSync(shell.at("proven"))).toBe(true), { seconds: 60 });
    expect(await beforeRestart("prove", "auto-1", second)).toMatch(
      /has 12 MiB free, and the snapshots of the disks up to \S+ take 16 MiB, with those that other guests are about to get\. Extend/,
    );
    writeFileSync(shell.at("go"), "");
    expect(await first).not.toContain("failed");
    // What is made is not due any more, and a job that has ended owes nothing.
    group.operate("lvremove", "-f", "-y", `${group.name}/guest1.snap-auto-1`);
    expect(await beforeRestart("prove", "auto-2", second)).toBe("");
    expect(await beforeRestart("prove", "auto-2", volume.path)).toBe("");
  });

  where("stop the volume from growing, and the refusal says how each of them is removed", async () => {
    const saved = await prod.create("disk", volume.declared());
    await beforeRestart("make", "auto-1", volume.path);
    group.operate("lvcreate", "-y", "-s", "-n", "by-hand", "-L", "4M", `${group.name}/guest1`);
    const grown = volume.declared([], { sizeGiB: 12 / 1024 });
    await expect(prod.update(saved, "disk", grown)).rejects.toThrow(
      `LVM grows no active volume that has one. Remove it first: lvremove ${group.name}/by-hand; sh /var/lib/pulumi-xen/disk-image/${folderNameOf(volume.path)}/snapshots.sh remove auto-1.`,
    );
    // As it says; also where that one is no way back any more.
    group.operate("lvremove", "-f", "-y", `${group.name}/by-hand`);
    group.overflow(`${group.name}/guest1.snap-auto-1`);
    await prod.update(saved, "disk", volume.declared(["a"]));
    await prod.update(await prod.update(saved, "disk", volume.declared(["a"])), "disk", volume.declared([], consent));
    expect([volume.tool("remove", "auto-1").code, volume.volumes()]).toEqual([0, ["guest1"]]);
    expect((await prod.update(saved, "disk", grown)).outs["sizeBytes"]).toBe(12 * 1024 ** 2);
  });

  where("go when the next ones are there, also where they have overflowed", async () => {
    await prod.create("disk", volume.declared());
    await beforeRestart("make", "auto-1", volume.path);
    group.overflow(`${group.name}/guest1.snap-auto-1`);
    expect(volume.tool("list").text).toBe("");
    expect(await beforeRestart("make", "auto-2", volume.path)).not.toContain("failed");
    expect(volume.volumes()).toEqual(["guest1", "guest1.snap-auto-1", "guest1.snap-auto-2"]);
    expect(await beforeRestart("tidy", "auto-2", volume.path)).toContain(
      `removed the snapshot auto-1 of ${volume.path}`,
    );
    expect([volume.volumes(), volume.tool("list").text]).toEqual([["guest1", "guest1.snap-auto-2"], "auto-2\n"]);
  });
});
