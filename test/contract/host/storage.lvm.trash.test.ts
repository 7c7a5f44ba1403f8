/**
 * Logical volumes in the trash of their host: renamed by the real LVM, brought back, removed; what device-mapper would do is stood in for
 * (test/support/lvm-judge). Their snapshots are the lab's (test/lab/storage.test.ts).
 */
import { spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, readSync, readdirSync, writeSync } from "node:fs";
import { diskImageKind } from "../../../provider/resources/disk-image/disk-image.lifecycle";
import { LocalShell } from "../../support/local-shell";
import { type VolumeGroup, volumeGroup } from "../../support/lvm-judge";
import { note } from "../../support/notes";
import { ResourceStack, type Saved } from "../../support/resource-stack";
import { ShellHost } from "../../support/shell-host";

let host: ShellHost;
jest.mock("../../../provider/remote", () => ({
  ...jest.requireActual<object>("../../../provider/remote"),
  openHost: () => host,
}));

jest.setTimeout(600_000);

const DATA = "data of the guest";
const MIB = 1024 ** 2;

describe("a deleted logical volume in the trash", () => {
  const prod = new ResourceStack(diskImageKind);
  let shell: LocalShell;
  let group: VolumeGroup;
  let isThere = false;
  let path: string;
  beforeEach(() => {
    shell = new LocalShell();
    const made = volumeGroup(shell, 64);
    isThere = !("missing" in made);
    if ("missing" in made) {
      note(`not run: logical volumes in the trash (${made.missing})`);
      return;
    }
    group = made;
    host = new ShellHost(shell);
    path = `/dev/${group.name}/guest1`;
  });
  afterEach(() => {
    if (isThere) group.end();
    shell.remove();
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
    deleteAfterDays: 7,
    ...more,
  });
  const volumes = (fields = "lv_name,lv_tags"): string[] =>
    group
      .operate("lvs", "--noheadings", "-o", fields)
      .trim()
      .split("\n")
      .map((line) => line.trim().split(/\s+/).join(" "))
      .filter((line) => line !== "");
  const root = (...parts: string[]): string => shell.at("var", "pulumi-xen", ...parts);
  const id = (): string => readdirSync(root("trash")).find((name) => name !== "trash") ?? "";
  const trash = (...words: string[]): { code: number | null; text: string } => {
    const { status, stdout, stderr } = spawnSync("sh", [root("trash", "trash"), ...words], {
      encoding: "utf8",
      env: { ...process.env, PULUMI_XEN_PATH: shell.path },
    });
    return { code: status, text: `${stdout}${stderr}` };
  };
  const holds = (of = path): string => {
    const fd = openSync(of, "r");
    const bytes = Buffer.alloc(DATA.length);
    readSync(fd, bytes, 0, bytes.length, 0);
    closeSync(fd);
    return bytes.toString();
  };
  const deleted = async (): Promise<Saved> => {
    const saved = await prod.create("disk", declared());
    const fd = openSync(path, "r+");
    writeSync(fd, DATA, 0);
    closeSync(fd);
    await prod.delete(saved);
    return saved;
  };

  where("has another name and a tag, and its path is free for a new volume that reads as empty", async () => {
    await deleted();
    const name = `guest1.trash-${id()}`;
    expect(volumes()).toEqual([`${name} pulumi-xen,pulumi-xen-trash`]);
    expect(holds(`/dev/${group.name}/${name}`)).toBe(DATA);
    expect(trash("list").text).toContain(`${path}  12 MiB  deleted`);
    const second = await prod.create("disk", declared());
    expect(holds()).toBe("\0".repeat(DATA.length));
    expect(trash("restore", path)).toMatchObject({
      code: 1,
      text: expect.stringContaining("is claimed by another now") as string,
    });
    await prod.delete(second);
    expect(volumes("lv_name").length).toBe(2);
  });

  where("comes back by one command, the same volume, and belongs to its resource again", async () => {
    await deleted();
    const [uuid] = volumes("lv_uuid");
    expect(trash("restore", path)).toMatchObject({
      code: 0,
      text: expect.stringContaining(`${path} is back`) as string,
    });
    expect([volumes("lv_uuid,lv_name,lv_tags"), holds()]).toEqual([[`${uuid ?? ""} guest1 pulumi-xen`], DATA]);
    const again = await prod.create("disk", declared());
    expect(await prod.refresh(again)).toBeDefined();
    const plain = await prod.update(again, "disk", declared({ deleteAfterDays: undefined, sizeGiB: 14 / 1024 }));
    expect([plain.outs["sizeBytes"], holds()]).toEqual([16 * MIB, DATA]);
    await prod.delete(plain);
    expect([volumes(), existsSync(root())]).toEqual([[], false]);
  });

  where("stays where it is while another volume has its name", async () => {
    await deleted();
    group.operate("lvcreate", "-y", "-n", "guest1", "-L", "4M", group.name);
    expect(trash("restore", path)).toMatchObject({
      code: 1,
      text: expect.stringContaining(`Something else is at ${path}`) as string,
    });
    expect(volumes("lv_name").length).toBe(2);
  });

  where("is removed for good when it is due, and is not gone while its group is exported", async () => {
    await deleted();
    group.operate("vgexport", group.name);
    expect(trash("remove", id())).toMatchObject({ code: 1, text: expect.stringContaining("cannot be seen") as string });
    expect(trash("list").text).toContain("out of sight");
    group.operate("vgimport", group.name);
    expect(readFileSync(root("trash", id(), "record"), "utf8")).toContain(`kept=${group.name}/guest1.trash-${id()}\n`);
    const { code, text } = trash("remove", id());
    expect([code, text, volumes(), existsSync(root())]).toEqual([
      0,
      expect.stringContaining("removed for good"),
      [],
      false,
    ]);
  });
});
