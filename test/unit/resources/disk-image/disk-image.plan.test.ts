import fc from "fast-check";
import { UNKNOWN } from "../../../../provider/property";
import { dynamicProvider } from "../../../../provider/pulumi";
import { diskImageKind } from "../../../../provider/resources/disk-image/disk-image.lifecycle";
import { completeDiskImage, diskImageChanges } from "../../../../provider/resources/disk-image/disk-image.plan";
import type { DiskImageInputs } from "../../../../provider/resources/disk-image/disk-image.schema";

const connection = { host: "h" };
const given = (more: Partial<DiskImageInputs> = {}): DiskImageInputs => ({
  connection,
  path: "/xen/vm/g.img",
  sizeGiB: 10,
  ...more,
});
const changes = (olds: Partial<DiskImageInputs>, news: Partial<DiskImageInputs>) =>
  diskImageChanges(completeDiskImage(given(olds)), completeDiskImage(given(news)));
const check = async (inputs: object, olds: object = {}) =>
  dynamicProvider(diskImageKind).check({ ...olds }, { ...inputs });

const anyInputs = fc.record(
  {
    connection: fc.constant(connection),
    path: fc.constantFrom("/a/b.img", "/c.img", UNKNOWN),
    sizeGiB: fc.oneof(
      fc.integer({ min: 1, max: 4096 }).map((mib) => mib / 1024),
      fc.constant(UNKNOWN),
    ),
    format: fc.constantFrom("raw", "qcow2", "block", UNKNOWN),
    preallocation: fc.constantFrom("off", "metadata", UNKNOWN),
    source: fc.oneof(
      fc.constant(UNKNOWN),
      fc.record({ url: fc.constantFrom("http://h/x", UNKNOWN), sha256: fc.constantFrom("A".repeat(64), UNKNOWN) }),
    ),
    keepOnDelete: fc.oneof(fc.boolean(), fc.constant(UNKNOWN)),
  },
  { requiredKeys: ["connection", "path"] },
) as unknown as fc.Arbitrary<DiskImageInputs>;

test("completing twice changes nothing, and nothing differs from itself", () => {
  fc.assert(
    fc.property(anyInputs, (inputs) => {
      const once = completeDiskImage(inputs);
      expect(completeDiskImage(once)).toEqual(once);
      expect(diskImageChanges(once, once)).toEqual([]);
    }),
  );
});

test("no pair of inputs, known or not, makes a preview throw", () => {
  fc.assert(
    fc.property(anyInputs, anyInputs, (olds, news) => {
      for (const change of diskImageChanges(completeDiskImage(olds), completeDiskImage(news)))
        expect(change.text).not.toContain(UNKNOWN);
      for (const line of diskImageKind.creation(completeDiskImage(news))) expect(line).not.toContain(UNKNOWN);
    }),
  );
});

test("defaults written out or left out are the same", () => {
  expect(changes({}, { format: "raw", keepOnDelete: false })).toEqual([]);
});

test("growing is live", () => {
  expect(changes({}, { sizeGiB: 20 })).toEqual([{ property: "sizeGiB", text: "sizeGiB 10 -> 20", effect: "live" }]);
});

test("shrinking is refused in preview, with the way out", async () => {
  const { inputs } = await check(given());
  const { failures } = await check(given({ sizeGiB: 5, allow: ["replace", "dataLoss"] }), inputs);
  expect(failures).toEqual([
    {
      property: "sizeGiB",
      reason: expect.stringMatching(/is 5, but the image has 10 GiB.*Set sizeGiB to 10 or more/) as string,
    },
  ]);
});

test.each([[{ path: "/xen/other.img" }], [{ format: "qcow2" as const }]])(
  "another path or format (%j) replaces and loses data",
  async (more) => {
    expect(changes({}, more)).toMatchObject([{ effect: "replace", losesData: true }]);
    const { inputs } = await check(given());
    expect((await check(given(more), inputs)).failures).toMatchObject([
      { reason: expect.stringContaining('Add "replace", "dataLoss" to allow') as string },
    ]);
  },
);

test("an image that is kept is not lost when another takes its place", () => {
  expect(changes({ keepOnDelete: true }, { keepOnDelete: true, path: "/b" })).toMatchObject([
    { effect: "replace", losesData: false },
  ]);
});

test("another content of the source replaces; another address of the same content does nothing", () => {
  const source = { url: "http://a/x", sha256: "a".repeat(64) };
  expect(changes({ source }, { source: { url: "http://b/x", sha256: "A".repeat(64) } })).toMatchObject([
    { effect: "none" },
  ]);
  expect(changes({ source }, { source: { ...source, sha256: "b".repeat(64) } })).toMatchObject([
    { effect: "replace", losesData: true },
  ]);
  expect(changes({ source }, {})).toMatchObject([{ effect: "none" }]);
});

test.each([
  ["a relative path", { path: "vm/g.img" }, "path", "must be an absolute path"],
  ["a path with a comma, which xl would cut", { path: "/vm/a,b.img" }, "path", "must be an absolute path"],
  ["a path that climbs", { path: "/vm/../etc/passwd" }, "path", '".."'],
  ["a file among devices", { path: "/dev/sda" }, "path", 'set format to "block"'],
  ["a block device that is a file", { path: "/a.img", format: "block" }, "path", "a block device is under /dev"],
  ["no size", { sizeGiB: undefined }, "sizeGiB", "is missing"],
  ["a size of no whole MiB", { sizeGiB: 0.3 }, "sizeGiB", "whole MiB"],
  ["no size at all", { sizeGiB: 0 }, "sizeGiB", "more than 0"],
  ["preallocation of a raw image", { preallocation: "metadata" }, "preallocation", "qcow2 only"],
  ["a source without checksum", { source: { url: "http://a/b" } }, "source.sha256", "is missing"],
  ["a checksum that is none", { source: { url: "http://a/b", sha256: "abc" } }, "source.sha256", "sha256sum FILE"],
  [
    "a source from two places",
    { source: { url: "http://a/b", path: "/x", sha256: "a".repeat(64) } },
    "source",
    "either url or path",
  ],
  [
    "a password in a URL",
    { source: { url: "http://u:p@a/b", sha256: "a".repeat(64) } },
    "source.url",
    "list of processes",
  ],
])("%s gets one sentence", async (_, more, property, words) => {
  const { failures } = await check({ ...given(), ...more });
  expect(failures).toEqual([{ property, reason: expect.stringContaining(words) as string }]);
});
