import { lvm } from "../../../../provider/host/storage/lvm/lvm";
import type { SeenGroup, SeenLvm, SeenVolume } from "../../../../provider/host/storage/lvm/seen-volume";
import { isVolumePath } from "../../../../provider/host/storage/lvm/volume-name";
import type { StoredImage, WantedImage } from "../../../../provider/host/storage/storage";
import { Answer } from "../../../../provider/shell";

const MIB = 1024 ** 2;
const path = "/dev/vg0/guest1";
const group: SeenGroup = {
  uuid: "Nc7lKf-d0Ye-J4K4-4foJ-1a0N-G5yT-XnOgKi",
  attributes: "wz--n-",
  extentBytes: 4 * MIB,
  freeExtents: 10,
};
const volume: SeenVolume = {
  uuid: "IGcN7p-w0NN-yZ8x-N6Xp-bXi9-9wI2-rVKzKM",
  groupUuid: group.uuid,
  group: "vg0",
  name: "guest1",
  attributes: "-wi-a-----",
  origin: "",
  tags: [],
};
const ours: SeenLvm = {
  hasTools: true,
  groups: [group],
  volumes: [volume],
  made: volume.uuid,
  groupWhenMade: group.uuid,
  asked: 10 * MIB,
};
const seen = (lvmSays: Partial<SeenLvm> = {}, more: Partial<StoredImage> = {}): StoredImage => ({
  type: "block",
  isLink: false,
  sizeBytes: 12 * MIB,
  format: "lvm",
  looksLikeQcow2: false,
  isMade: true,
  mountPoint: "/dev",
  mountPointWhenMade: undefined,
  folder: "/dev/vg0",
  obstacle: undefined,
  freeBytes: 1,
  tools: [],
  deviceUse: "",
  lvm: { ...ours, ...lvmSays },
  ...more,
});
const absent = (lvmSays: Partial<SeenLvm> = {}): StoredImage =>
  seen({ volumes: [], made: undefined, groupWhenMade: undefined, ...lvmSays }, { type: "absent" });
const wanted = (mebibytes: number, more: Partial<WantedImage> = {}): WantedImage => ({
  path,
  bytes: mebibytes * MIB,
  preallocation: undefined,
  source: undefined,
  ...more,
});
const cannotMake = (image: StoredImage, declared = wanted(10)): string[] =>
  lvm.makes?.cannotMake(image, declared) ?? [];
const cannotUse = (image: StoredImage, declared = wanted(10)): string[] => lvm.cannotUse(image, declared, false);

test("a volume takes whole extents, and they must be free", () => {
  expect(cannotMake(absent(), wanted(40))).toEqual([]);
  expect(cannotMake(absent(), wanted(37))).toEqual([]);
  expect(cannotMake(absent(), wanted(41))).toEqual([
    "The volume group vg0 has 40 MiB free, and /dev/vg0/guest1 takes 44 MiB. Extend the group (vgextend), or set a smaller sizeGiB.",
  ]);
  // What it has counts.
  expect(cannotUse(seen(), wanted(52))).toEqual([]);
  expect(cannotUse(seen(), wanted(53))).toEqual([expect.stringContaining("needs 44 MiB more")]);
  expect(cannotUse(seen({ volumes: [{ ...volume, attributes: "Vwi-a-tz--" }] }), wanted(1000))).toEqual([]);
});

test("a size within the last extent is the declared one, and neither a smaller nor a bigger one is", () => {
  const size = { bytes: 12 * MIB, unitBytes: 4 * MIB };
  expect([8, 9, 12, 13].map((mebibytes) => lvm.sizeIs(size, mebibytes * MIB))).toEqual([false, true, true, false]);
  expect(cannotUse(seen(), wanted(9))).toEqual([]);
  expect(cannotUse(seen(), wanted(8))).toEqual([
    expect.stringContaining("never made smaller. Set sizeGiB to 0.01171875"),
  ]);
});

test("nothing is made in a group that is exported, incomplete, read-only, there twice or not at all", () => {
  const of = (attributes: string): string[] => cannotMake(absent({ groups: [{ ...group, attributes }] }));
  expect(of("wzx-n-")).toEqual([expect.stringContaining("is exported")]);
  expect(of("wz-pn-")).toEqual([expect.stringContaining("Disks of the volume group vg0 are missing")]);
  expect(of("rz--n-")).toEqual([expect.stringContaining("is read-only")]);
  expect(cannotMake(absent({ groups: [group, group] }))).toEqual([expect.stringContaining("Two volume groups")]);
  expect(cannotMake(absent({ groups: [] }))).toEqual([expect.stringContaining("There is no volume group vg0")]);
  expect(cannotMake(absent({ hasTools: false }))).toEqual([expect.stringContaining("Install the package lvm2")]);
});

test("a thin volume needs a pool of that name that can give", () => {
  const pool = (attributes: string): string[] =>
    cannotMake(absent({ volumes: [{ ...volume, name: "pool0", attributes }] }), wanted(1000, { thinPool: "pool0" }));
  expect(pool("twi-aotz--")).toEqual([]);
  expect(pool("twi-aotzD-")).toEqual([expect.stringContaining("is full or has failed")]);
  expect(pool("-wi-a-----")).toEqual([expect.stringContaining("There is no thin pool vg0/pool0")]);
});

test("a volume of ours that cannot be seen is not gone", () => {
  const hidden = (says: Partial<SeenLvm>): string[] => lvm.outOfSight(seen(says, { type: "absent" }), path);
  expect(hidden({ volumes: [] })).toEqual([]);
  expect(hidden({})).toEqual([expect.stringContaining("is there, but not active on this host")]);
  expect(hidden({ volumes: [{ ...volume, name: "kept" }] })).toEqual([expect.stringContaining("it is vg0/kept now")]);
  expect(hidden({ volumes: [{ ...volume, group: "vg1" }] })).toEqual([expect.stringContaining("it is vg1/guest1 now")]);
  expect(hidden({ volumes: [], groups: [] })).toEqual([expect.stringContaining("is not on the host now")]);
  const other = { ...group, uuid: "ywxu9Z-gI5H-yDyo-KaYI-jvhz-DIeJ-AnIM7f" };
  expect(hidden({ volumes: [], groups: [other] })).toEqual([
    expect.stringContaining("was made in another volume group"),
  ]);
  expect(hidden({ volumes: [], groups: [{ ...group, attributes: "wz-pn-" }] })).toEqual([
    expect.stringContaining("it is not certain that /dev/vg0/guest1 is gone"),
  ]);
  expect(hidden({ hasTools: false, volumes: [], groups: [] })).toEqual([expect.stringContaining("lvm2")]);
});

test("a volume with a classic snapshot cannot grow, and stays usable as it is", () => {
  const withSnapshot = seen({
    volumes: [
      { ...volume, attributes: "owi-a-s---" },
      { ...volume, name: "before", attributes: "swi-a-s---", origin: "guest1" },
    ],
  });
  expect(cannotUse(withSnapshot)).toEqual([]);
  expect(cannotUse(withSnapshot, wanted(20))).toEqual([expect.stringContaining("has a snapshot (vg0/before)")]);
});

test("volumes that LVM needs for others, snapshots, mounted volumes and what is no volume are not used", () => {
  for (const attributes of ["twi-aotz--", "swi-a-s---", "ewi-ao----"])
    expect(cannotUse(seen({ volumes: [{ ...volume, attributes }] }))).toEqual([expect.stringContaining(attributes)]);
  expect(cannotUse(seen({}, { deviceUse: "mounted at /srv" }))).toEqual([expect.stringContaining("mounted at /srv")]);
  expect(cannotUse(seen({ volumes: [] }))).toEqual([expect.stringContaining("is no logical volume")]);
});

test("an answer of LVM that was cut short is no answer", () => {
  const said = new Map([
    ["type", "absent"],
    ["folder", "/dev"],
    ["df", "udev 1 1 1 1% /dev"],
    ["tools", ""],
    ["lvm", "yes"],
    ["lvm.groups", `${group.uuid}|vg0|wz--n-|4194304|10\n`],
    ["lvm.volumes", ""],
  ]);
  expect(lvm.read(new Answer(said), path)).toMatchObject({ type: "absent", unitBytes: 4 * MIB, isAnother: false });
  for (const [key, cut] of [
    ["lvm.groups", `${group.uuid}|vg0|wz`],
    ["lvm.groups", `Nc7lKf|vg0|wz--n-|4194304|10`],
    ["lvm.volumes", `${volume.uuid}|${group.uuid}|vg0|guest1|-wi`],
    ["lvm", "ye"],
  ] as const)
    expect(() => lvm.read(new Answer(new Map([...said, [key, cut]])), path)).toThrow();
});

test("a path is a volume's only as LVM names them", () => {
  for (const good of [path, "/dev/vg-0/a.b+c_d", "/dev/VolGroup00/LogVol00"]) expect(isVolumePath(good)).toBe(true);
  for (const bad of [
    "/dev/mapper/vg0-guest1",
    "/dev/disk/by-id",
    "/dev/vg0",
    "/dev/vg0/a/b",
    "/dev/vg0/-a",
    "/dev/vg0/..",
    "/dev/vg0/snapshot1",
    "/dev/vg0/pool0_tdata",
    "/dev/vg0/a@b",
    `/dev/vg0/${"a".repeat(100)}`,
    "/xen/vm/guest1.img",
  ])
    expect(isVolumePath(bad)).toBe(false);
});
