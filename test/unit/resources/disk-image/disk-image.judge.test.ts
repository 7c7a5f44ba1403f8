import {
  bytesWrittenAtOnce,
  faultsOfRemoving,
  isNotMounted,
  judgeImage,
} from "../../../../provider/resources/disk-image/disk-image.judge";
import type { ObservedImage } from "../../../../provider/resources/disk-image/disk-image.observe";
import { completeDiskImage } from "../../../../provider/resources/disk-image/disk-image.plan";
import type { DiskImageInputs } from "../../../../provider/resources/disk-image/disk-image.schema";

const GIB = 1024 ** 3;
const absent: ObservedImage = {
  type: "absent",
  isLink: false,
  sizeBytes: undefined,
  format: undefined,
  isOurs: false,
  mountPoint: "/",
  mountPointWhenMade: undefined,
  folder: "/xen",
  obstacle: undefined,
  freeBytes: 5 * GIB,
  tools: ["curl", "qemu-img"],
  users: [],
  deviceUse: "",
};
const ours: ObservedImage = {
  ...absent,
  type: "file",
  sizeBytes: 10 * GIB,
  format: "raw",
  isOurs: true,
  mountPointWhenMade: "/",
};
const inputs = (more: Partial<DiskImageInputs> = {}): DiskImageInputs =>
  completeDiskImage({ connection: { host: "h" }, path: "/xen/g.img", sizeGiB: 10, ...more });
const guest = { kind: "guest", domid: 3, name: "guest1", backend: "vbd", device: "51712" } as const;

test("an image of more than the free space may be made: it is sparse", () => {
  expect(judgeImage(absent, inputs())).toEqual({ verdict: "make" });
});

test("a full file system is named with what is needed", () => {
  expect(judgeImage({ ...absent, freeBytes: 0 }, inputs())).toMatchObject({
    verdict: "refuse",
    faults: [expect.stringContaining("/xen has 0 MiB free")],
  });
});

test("a local source must fit", () => {
  const source = { path: "/x.img", sha256: "a".repeat(64) };
  expect(judgeImage(absent, inputs({ source }), 6 * GIB)).toMatchObject({
    faults: [expect.stringContaining("6145 MiB")],
  });
});

test("laid-out qcow2 tables take 10 bytes for each 64 KiB", () => {
  expect(bytesWrittenAtOnce(inputs({ format: "qcow2", preallocation: "metadata" }))).toBe(163840 * 10 + 1024 ** 2);
});

test("all that is missing on the host is said at once", () => {
  const declared = inputs({ format: "qcow2", source: { url: "http://a/b", sha256: "a".repeat(64) } });
  const judged = judgeImage({ ...absent, tools: [], obstacle: "/xen" }, declared);
  expect(judged).toMatchObject({
    faults: [
      expect.stringContaining("no folder"),
      expect.stringContaining("qemu-utils"),
      expect.stringContaining("curl, wget and python3"),
    ],
  });
});

test("what is there and not ours is left alone unless adopted, and only adopted as declared", () => {
  const theirs = { ...ours, isOurs: false };
  expect(judgeImage(theirs, inputs())).toMatchObject({
    why: "notOwned",
    faults: [expect.stringContaining("adopt: true")],
  });
  expect(judgeImage(theirs, inputs({ adopt: true }))).toEqual({ verdict: "adopt" });
  expect(judgeImage(theirs, inputs({ adopt: true, sizeGiB: 5 }))).toMatchObject({
    why: "impossible",
    faults: [expect.stringContaining("Set sizeGiB to 10")],
  });
  expect(judgeImage({ ...theirs, isLink: true }, inputs({ adopt: true }))).toMatchObject({
    faults: [expect.stringContaining("symbolic link")],
  });
});

test("ours is grown when it is smaller and never cut when it is bigger", () => {
  expect(judgeImage(ours, inputs())).toEqual({ verdict: "asDeclared" });
  expect(judgeImage(ours, inputs({ sizeGiB: 11 }))).toEqual({ verdict: "grow" });
  expect(judgeImage(ours, inputs({ sizeGiB: 9 }))).toMatchObject({
    verdict: "refuse",
    faults: [expect.stringContaining("never made smaller")],
  });
});

test("a device must be there, big enough and free", () => {
  const declared = inputs({ format: "block", path: "/dev/vdb", sizeGiB: 4 });
  const device: ObservedImage = { ...absent, type: "block", format: "block", sizeBytes: 4 * GIB };
  expect(judgeImage(device, declared)).toEqual({ verdict: "asDeclared" });
  expect(judgeImage(absent, declared)).toMatchObject({ faults: [expect.stringContaining("There is no /dev/vdb")] });
  expect(judgeImage({ ...device, sizeBytes: 2 * GIB, deviceUse: "mounted at /" }, declared)).toMatchObject({
    faults: [expect.stringContaining("less than sizeGiB 4"), expect.stringContaining("mounted at /")],
  });
});

test("an image whose file system is not mounted is out of sight, not gone", () => {
  const unmounted = { ...absent, isOurs: true, mountPointWhenMade: "/xen" };
  expect(isNotMounted(unmounted, "/xen/g.img")).toEqual([
    expect.stringContaining("mounted at /xen, which is not mounted now"),
  ]);
  expect(judgeImage(unmounted, inputs())).toMatchObject({ verdict: "refuse" });
  expect(isNotMounted({ ...unmounted, mountPoint: "/xen" }, "/xen/g.img")).toEqual([]);
});

test("an image in use is not removed, and the guest is named", () => {
  const users = [guest, { kind: "loop", device: "/dev/loop0" } as const];
  expect(faultsOfRemoving({ ...ours, users }, "/xen/g.img")).toEqual([
    expect.stringContaining('in use by guest "guest1" (domain 3)'),
  ]);
  expect(faultsOfRemoving({ ...ours, users: [{ kind: "process", pid: 9, command: "cp" }] }, "/g")).toEqual([
    expect.stringContaining("process 9 (cp)"),
  ]);
  expect(faultsOfRemoving(ours, "/g")).toEqual([]);
  expect(faultsOfRemoving(absent, "/g")).toEqual([]);
  expect(faultsOfRemoving({ ...ours, isOurs: false }, "/g")).toEqual([expect.stringContaining("left alone")]);
});
