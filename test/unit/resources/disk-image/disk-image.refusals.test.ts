import { isNotMounted } from "../../../../provider/host/storage/file";
import { refreshed } from "../../../../provider/resources/disk-image/disk-image.lifecycle";
import { faultsOfRemoving, judgeImage } from "../../../../provider/resources/disk-image/disk-image.refusals";
import type { ObservedImage } from "../../../../provider/resources/disk-image/disk-image.observe";
import type { DiskImageInputs } from "../../../../provider/resources/disk-image/disk-image.properties";
import { completeDiskImage } from "../../../../provider/resources/disk-image/disk-image.rules";

const GIB = 1024 ** 3;
const absent: ObservedImage = {
  type: "absent",
  isLink: false,
  sizeBytes: undefined,
  format: undefined,
  looksLikeQcow2: false,
  claim: undefined,
  phase: undefined,
  isMade: false,
  madeOf: undefined,
  mountPoint: "/",
  mountPointWhenMade: undefined,
  folder: "/xen",
  obstacle: undefined,
  freeBytes: 5 * GIB,
  tools: ["curl", "qemu-img"],
  users: [],
  configured: [],
  overlays: [],
  deviceUse: "",
};
const ours: ObservedImage = {
  ...absent,
  type: "file",
  sizeBytes: 10 * GIB,
  format: "raw",
  claim: { id: "0f6ad1f2-0000-4000-8000-00000000000a", owner: "shop/prod::DiskImage::disk", of: "/xen/g.img" },
  phase: "ready",
  isMade: true,
  madeOf: "empty",
  mountPointWhenMade: "/",
};
const judge = (seen: ObservedImage, declared: DiskImageInputs, sourceBytes?: number) =>
  judgeImage(seen, declared, seen.claim !== undefined, sourceBytes);
const inputs = (more: Partial<DiskImageInputs> = {}): DiskImageInputs =>
  completeDiskImage({ connection: { host: "h" }, path: "/xen/g.img", sizeGiB: 10, ...more });
const guest = { kind: "guest", domid: 3, name: "guest1", backend: "vbd", device: "51712" } as const;

test("an image of more than the free space may be made: it is sparse", () => {
  expect(judge(absent, inputs())).toEqual({ verdict: "make" });
});

test("a full file system is named with what is needed", () => {
  expect(judge({ ...absent, freeBytes: 0 }, inputs())).toMatchObject({
    verdict: "refuse",
    faults: [expect.stringContaining("/xen has 0 MiB free")],
  });
});

test("a local source must fit", () => {
  const source = { path: "/x.img", sha256: "a".repeat(64) };
  expect(judge(absent, inputs({ source }), 6 * GIB)).toMatchObject({
    faults: [expect.stringContaining("6145 MiB")],
  });
});

test("a program that unpacks or converts the source is missed beforehand, as far as that can be known", () => {
  const sha256 = "a".repeat(64);
  const faultsOf = (source: object, found?: "xz" | "none") => {
    const judged = judgeImage(absent, inputs({ source: source as never }), false, 1, found);
    return judged.verdict === "refuse" ? judged.faults : [];
  };
  expect(faultsOf({ path: "/x.img", sha256 }, "xz")).toEqual([
    "xz is missing on the host, and the source is compressed with it. Install the package xz-utils (Red Hat: xz).",
  ]);
  expect(faultsOf({ path: "/x.img", sha256 }, "none")).toEqual([]);
  expect(faultsOf({ path: "/x.img", sha256, compression: "none" }, "xz")).toEqual([]);
  expect(faultsOf({ url: "http://a/b", sha256, compression: "zst" })).toEqual([
    expect.stringContaining("Install the package zstd."),
  ]);
  // A name is no more than a guess, which can be answered.
  expect(faultsOf({ url: "http://a/b.img.XZ?token=1", sha256 })).toEqual([
    expect.stringMatching(/as its name says\. Install .*or set compression: "none" in the source/),
  ]);
  expect(faultsOf({ url: "http://a/b.img.xz", sha256, compression: "none" })).toEqual([]);
  expect(faultsOf({ url: "http://a/b.img?of=x.xz.old", sha256 })).toEqual([]);
  const judged = judge(
    { ...absent, tools: ["curl"] },
    inputs({ source: { url: "http://a/b", sha256, convert: true } }),
  );
  expect(judged).toMatchObject({ faults: [expect.stringContaining("qemu-img is missing on the host; it converts")] });
});

test("laid-out qcow2 tables take 10 bytes for each 64 KiB", () => {
  const declared = inputs({ format: "qcow2", preallocation: "metadata" });
  const needed = 163840 * 10 + 1024 ** 2;
  expect(judge({ ...absent, freeBytes: needed }, declared)).toEqual({ verdict: "make" });
  expect(judge({ ...absent, freeBytes: needed - 1 }, declared)).toMatchObject({
    faults: [expect.stringContaining("writes 3 MiB at once")],
  });
});

test("all that is missing on the host is said at once", () => {
  const declared = inputs({ format: "qcow2", source: { url: "http://a/b", sha256: "a".repeat(64) } });
  const judged = judge({ ...absent, tools: [], obstacle: "/xen" }, declared);
  expect(judged).toMatchObject({
    faults: [
      expect.stringContaining("no folder"),
      expect.stringContaining("qemu-utils"),
      expect.stringContaining("curl, wget and python3"),
    ],
  });
});

test("what is there and not ours is left alone unless adopted, and only adopted as declared", () => {
  const theirs = { ...ours, claim: undefined, phase: undefined, isMade: false };
  expect(judge(theirs, inputs())).toMatchObject({
    why: "notOwned",
    faults: [expect.stringContaining("adopt: true")],
  });
  expect(judge(theirs, inputs({ adopt: true }))).toEqual({ verdict: "keep", plan: [], adopts: true });
  expect(judge(theirs, inputs({ adopt: true, sizeGiB: 5 }))).toMatchObject({
    why: "impossible",
    faults: [expect.stringContaining("Set sizeGiB to 10")],
  });
  expect(judge({ ...theirs, isLink: true }, inputs({ adopt: true }))).toMatchObject({
    faults: [expect.stringContaining("symbolic link")],
  });
});

test("ours is grown when it is smaller and never cut when it is bigger", () => {
  expect(judge(ours, inputs())).toEqual({ verdict: "keep", plan: [], adopts: false });
  expect(judge(ours, inputs({ sizeGiB: 11 }))).toMatchObject({
    verdict: "keep",
    plan: [{ text: "sizeGiB 10 -> 11", effect: "live", steps: [{ name: "grow" }] }],
  });
  expect(judge(ours, inputs({ sizeGiB: 9 }))).toMatchObject({
    verdict: "refuse",
    faults: [expect.stringContaining("never made smaller")],
  });
});

test("a device must be there, big enough and free", () => {
  const declared = inputs({ format: "block", path: "/dev/vdb", sizeGiB: 4 });
  const device: ObservedImage = { ...absent, type: "block", format: "block", sizeBytes: 4 * GIB };
  expect(judge(device, declared)).toEqual({ verdict: "keep", plan: [], adopts: false });
  expect(judge(absent, declared)).toMatchObject({ faults: [expect.stringContaining("There is no /dev/vdb")] });
  expect(judge({ ...device, sizeBytes: 2 * GIB, deviceUse: "mounted at /" }, declared)).toMatchObject({
    faults: [expect.stringContaining("less than sizeGiB 4"), expect.stringContaining("mounted at /")],
  });
});

test("an image whose file system is not mounted is out of sight, not gone", () => {
  const unmounted = { ...absent, claim: ours.claim, mountPointWhenMade: "/xen" };
  expect(isNotMounted(unmounted, "/xen/g.img")).toEqual([
    expect.stringContaining("mounted at /xen, which is not mounted now"),
  ]);
  expect(judge(unmounted, inputs())).toMatchObject({ verdict: "refuse" });
  expect(isNotMounted({ ...unmounted, mountPoint: "/xen" }, "/xen/g.img")).toEqual([]);
  const onAnother = { ...unmounted, mountPoint: "/xen", mounted: "b:/guests", mountedWhenMade: "a:/guests" };
  expect(isNotMounted(onAnother, "/xen/g.img")).toEqual([
    expect.stringMatching(
      /^\/xen\/g\.img was made on a:\/guests, and b:\/guests is mounted at \/xen now\. Mount the former one/,
    ),
  ]);
  // A disk is another device after a boot, and a claim of before tells none.
  expect(isNotMounted({ ...onAnother, mounted: "/dev/sdb", mountedWhenMade: "/dev/sda" }, "/xen/g.img")).toEqual([]);
  expect(isNotMounted({ ...onAnother, mountedWhenMade: undefined }, "/xen/g.img")).toEqual([]);
  expect(isNotMounted({ ...onAnother, mountedWhenMade: "b:/guests" }, "/xen/g.img")).toEqual([]);
});

test("an image in use is not removed, and the guest is named", () => {
  const users = [guest, { kind: "loop", device: "/dev/loop0" } as const];
  expect(faultsOfRemoving({ ...ours, users }, "/xen/g.img", { trash: false })).toEqual([
    expect.stringContaining('in use by guest "guest1" (domain 3)'),
  ]);
  expect(
    faultsOfRemoving({ ...ours, users: [{ kind: "process", pid: 9, command: "cp" }] }, "/g", { trash: false }),
  ).toEqual([expect.stringContaining("process 9 (cp)")]);
  expect(
    faultsOfRemoving({ ...ours, users: [{ kind: "loop", device: "/dev/loop0" }] }, "/g", { trash: false }),
  ).toEqual([
    "/g is held by /dev/loop0, and no guest uses it. See what does (losetup -a, mount), or free it with losetup -d /dev/loop0.",
  ]);
  expect(faultsOfRemoving(ours, "/g", { trash: false })).toEqual([]);
  expect(faultsOfRemoving(absent, "/g", { trash: false })).toEqual([]);
  const configured = [{ kind: "configured", name: "guest1", file: "/etc/xen/guest1.cfg" } as const];
  expect(faultsOfRemoving({ ...ours, configured }, "/g", { trash: false })).toEqual([
    expect.stringContaining('is a disk in the configuration of guest "guest1" (/etc/xen/guest1.cfg)'),
  ]);
});

test("a file that somebody else put there while ours was being made is not ours", () => {
  const theirs = { ...ours, phase: "making", isMade: false } as const;
  expect(judge(theirs, inputs())).toMatchObject({ why: "notOwned", faults: [expect.stringContaining("left alone")] });
  expect(judge({ ...theirs, isMade: true }, inputs())).toMatchObject({ verdict: "keep", adopts: false });
});

test("an image that was made of another source is refused, and what it holds is not written over", () => {
  const source = { url: "http://a/b?token=1", sha256: "a".repeat(64) };
  expect(judge({ ...ours, madeOf: source.sha256 }, inputs({ source }))).toMatchObject({ verdict: "keep", plan: [] });
  expect(judge({ ...ours, madeOf: "b".repeat(64) }, inputs({ source }))).toMatchObject({
    faults: [
      expect.stringMatching(/another image than the declared one \(source .http:\/\/a\/b\?….*never written over/),
    ],
  });
  expect(judge({ ...ours, madeOf: undefined }, inputs({ source }))).toMatchObject({ verdict: "keep", plan: [] });
});

test("a block device that is not there is out of sight for a refresh, and an iSCSI disk says how to see it", () => {
  const claim = { id: "c1", owner: "a/b::DiskImage::d", of: "/dev/vdb" };
  const away: ObservedImage = { ...absent, claim, phase: "ready" };
  const refresh = (path: string) => () =>
    refreshed(away, inputs({ format: "block", path }), { machineId: "m", claimId: "c1", phase: "ready" });
  expect(refresh("/dev/vdb")).toThrow("There is no /dev/vdb on the host now, and a block device is never removed");
  expect(refresh("/dev/disk/by-path/ip-10.9.0.1:3260-iscsi-iqn.2026-11.lab:a-lun-1")).toThrow("iscsiadm");
});
