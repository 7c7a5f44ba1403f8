/**
 * An image that moves within a volume group, out of it and into it. The real LVM keeps the volumes; what device-mapper would do is stood in for
 * (test/support/lvm-judge). From one group into another, and under a real device-mapper: test/lab/disk-moves.test.ts.
 */
import { spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readSync, statSync, writeFileSync, writeSync } from "node:fs";
import { diskImageKind } from "../../../provider/resources/disk-image/disk-image.lifecycle";
import { claimsOn, filesIn } from "../../support/images-left";
import { KillingTools } from "../../support/killing-tools";
import { LocalShell } from "../../support/local-shell";
import { type VolumeGroup, volumeGroup } from "../../support/lvm-judge";
import { note } from "../../support/notes";
import { ResourceStack, type Saved, keptBy } from "../../support/resource-stack";
import { ShellHost } from "../../support/shell-host";

let host: ShellHost;
jest.mock("../../../provider/remote", () => ({
  ...jest.requireActual<object>("../../../provider/remote"),
  openHost: () => host,
}));

jest.setTimeout(1_800_000);

const MIB = 1024 ** 2;
const hasQemu = spawnSync("qemu-img", ["--version"]).status === 0;

describe("a DiskImage that is a logical volume and moves", () => {
  const prod = new ResourceStack(diskImageKind);
  let shell: LocalShell;
  let group: VolumeGroup | undefined;
  let path: string;
  beforeEach(() => {
    shell = new LocalShell();
    host = new ShellHost(shell);
    mkdirSync(shell.at("etc-udev", "rules.d"), { recursive: true });
    const made = volumeGroup(shell, 64);
    if ("missing" in made) note(`not run: moves of logical volumes (${made.missing})`);
    group = "missing" in made ? undefined : made;
    path = `/dev/${group?.name ?? ""}/guest1`;
  });
  afterEach(() => {
    group?.end();
    shell.remove();
  });
  const where = (name: string, body: (of: VolumeGroup) => Promise<void>): void => {
    it(name, async () => {
      if (group !== undefined) await body(group);
    });
  };
  const declared = (more: object = {}): object => ({
    connection: { host: "198.51.100.7" },
    path,
    format: "lvm",
    sizeGiB: 10 / 1024,
    allow: ["migrate"],
    ...more,
  });
  const volumes = (of: VolumeGroup): string[] =>
    of
      .operate("lvs", "--noheadings", "--units", "b", "--nosuffix", "-o", "lv_name,lv_size")
      .trim()
      .split("\n")
      .map((line) => line.trim().split(/\s+/).join(" "))
      .filter((line) => line !== "");
  const writeAt = (at: string, offset: number, text: string): void => {
    const fd = openSync(at, "r+");
    writeSync(fd, text, offset);
    closeSync(fd);
  };
  const readAt = (at: string, offset: number, length: number): string => {
    const fd = openSync(at, "r");
    const bytes = Buffer.alloc(length);
    readSync(fd, bytes, 0, length, offset);
    closeSync(fd);
    return bytes.toString();
  };
  const holds = (at: string): boolean => readAt(at, 0, 9) === "the guest" && readAt(at, 10 * MIB - 7, 7) === "the end";
  const made = async (): Promise<Saved> => {
    const saved = await prod.create("disk", declared());
    writeAt(path, 0, "the guest");
    writeAt(path, 10 * MIB - 7, "the end");
    return saved;
  };
  const uuid = (of: VolumeGroup, name: string): string =>
    of.operate("lvs", "--noheadings", "-o", "lv_uuid", `${of.name}/${name}`).trim();

  where("is renamed within its group, and keeps its uuid and the declared size", async (of) => {
    const saved = await made();
    const before = uuid(of, "guest1");
    const to = `/dev/${of.name}/web1`;
    const moved = await prod.update(saved, "disk", declared({ path: to, sizeGiB: 14 / 1024 }));
    expect([volumes(of), uuid(of, "web1"), holds(to)]).toEqual([[`web1 ${16 * MIB}`], before, true]);
    expect(claimsOn(shell)).toMatchObject([{ id: saved.outs["claimId"], of: to }]);
    const again = (await prod.refresh(moved)) ?? moved;
    expect(again.inputs).toMatchObject({ path: to, sizeGiB: 14 / 1024 });
    await prod.delete(again);
    expect([volumes(of), existsSync(shell.at("var", "pulumi-xen"))]).toEqual([[], false]);
  });

  where("follows a rename that was made by hand to where the program says", async (of) => {
    const saved = await made();
    of.operate("lvrename", of.name, "guest1", "web1");
    const to = `/dev/${of.name}/web1`;
    const moved = await prod.update(saved, "disk", declared({ path: to }));
    expect([moved.outs["claimId"], holds(to), claimsOn(shell).map((one) => one.of)]).toEqual([
      saved.outs["claimId"],
      true,
      [to],
    ]);
  });

  where("becomes a file and a volume again, in a size that holds all its extents", async (of) => {
    if (!hasQemu) return;
    const saved = await made();
    const to = shell.at("xen", "vm", "g.img");
    // Its guest may have filled the last extent.
    await expect(prod.update(saved, "disk", declared({ path: to, format: "raw" }))).rejects.toThrow(
      "has 0.01171875 GiB on the host, in whole extents, more than sizeGiB 0.009765625, and an image is never made smaller. Set sizeGiB to 0.01171875.",
    );
    const file = await prod.update(saved, "disk", declared({ path: to, format: "raw", sizeGiB: 12 / 1024 }));
    expect([volumes(of), statSync(to).size, holds(to)]).toEqual([[], 12 * MIB, true]);
    expect(filesIn(shell.at("etc-udev"))).toEqual([]);
    const back = await prod.update(file, "disk", declared({ sizeGiB: 12 / 1024 }));
    expect([volumes(of), holds(path), existsSync(to)]).toEqual([[`guest1 ${12 * MIB}`], true, false]);
    await prod.delete(back);
    expect([volumes(of), existsSync(shell.at("var", "pulumi-xen"))]).toEqual([[], false]);
  });

  where("is refused where the group has no room for it, before anything is touched", async (of) => {
    if (!hasQemu) return;
    const raw = shell.at("big.img");
    const saved = await prod.create("disk", declared({ path: raw, format: "raw", sizeGiB: 100 / 1024 }));
    await expect(prod.update(saved, "disk", declared({ sizeGiB: 100 / 1024 }))).rejects.toThrow(
      /has \d+ MiB free, and .* takes 100 MiB/,
    );
    expect([volumes(of), statSync(raw).size]).toEqual([[], 100 * MIB]);
  });

  where("goes on, or is taken back, wherever a run into a volume is killed", async (of) => {
    if (!hasQemu) return;
    const file = shell.at("xen", "vm", "g.img");
    const asFile = declared({ path: file, format: "raw", sizeGiB: 12 / 1024 });
    const asVolume = declared({ sizeGiB: 12 / 1024 });
    const tools = new KillingTools(shell, ["lvcreate", "lvrename", "lvremove", "blkdiscard"]);
    // As in disk-image.moves.test.ts.
    const [first = 1, stride = 1] = (process.env["MOVES"] ?? "6,17").split(",").map(Number);
    for (let call = first; ; call += stride) {
      const saved = await prod.create("disk", asFile);
      writeAt(file, 0, "the guest");
      writeAt(file, 10 * MIB - 7, "the end");
      tools.killAt(call);
      const inputs = await prod.check(saved.inputs, "disk", asVolume);
      let kept: Saved = saved;
      const isEnded = await prod.update(saved, "disk", asVolume).then(
        () => true,
        (error: unknown) => {
          if ((error as { properties?: object }).properties !== undefined) kept = keptBy(error, inputs);
          return false;
        },
      );
      tools.spare();
      const when = `killed at call ${String(call)}`;
      expect([when, claimsOn(shell).map(({ id }) => id)]).toEqual([when, [saved.outs["claimId"]]]);
      const places = [file, `${file}.pulumi-xen-old`, path].filter((at) => existsSync(at));
      expect([when, places.some(holds)]).toEqual([when, true]);
      if (isEnded || call % 2 === 1) {
        const moved = await prod.update(kept, "disk", asVolume);
        expect([when, volumes(of), holds(path)]).toEqual([when, [`guest1 ${12 * MIB}`], true]);
        await prod.delete(moved);
      } else {
        await prod.delete(kept);
      }
      const left = [...volumes(of), ...filesIn(shell.at("xen"))];
      expect([when, left, existsSync(shell.at("var", "pulumi-xen"))]).toEqual([when, [], false]);
      if (isEnded) break;
    }
  });

  where("takes udev's file of its former name away with it", async (of) => {
    const saved = await made();
    const rules = shell.at("etc-udev", "rules.d");
    const [key = ""] = claimsOn(shell).map((one) => one.key);
    writeFileSync(`${rules}/99-pulumi-xen-${key}.rules`, "# of the volume under its former name\n");
    await prod.update(saved, "disk", declared({ path: `/dev/${of.name}/web1` }));
    expect(filesIn(rules)).toEqual([]);
  });
});
