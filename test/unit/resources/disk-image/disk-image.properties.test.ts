import { dynamicProvider } from "../../../../provider/pulumi";
import { diskImageKind } from "../../../../provider/resources/disk-image/disk-image.lifecycle";
import { type Change, planOf } from "../../../../provider/change";
import { type ObservedImage, asMade, imageOf } from "../../../../provider/resources/disk-image/disk-image.observe";
import {
  type DiskImageInputs,
  diskImageTable,
  sizeBytesOf,
} from "../../../../provider/resources/disk-image/disk-image.properties";
import { markOf } from "../../../../provider/resources/disk-image/disk-image.source";
import { completeDiskImage } from "../../../../provider/resources/disk-image/disk-image.rules";

const connection = { host: "h" };
const given = (more: Partial<DiskImageInputs> = {}): DiskImageInputs => ({
  connection,
  path: "/xen/vm/g.img",
  sizeGiB: 10,
  ...more,
});
const diskImageChanges = (olds: DiskImageInputs, news: DiskImageInputs): Change[] => [
  ...diskImageKind.changes(olds, news),
];
const changes = (olds: Partial<DiskImageInputs>, news: Partial<DiskImageInputs>) =>
  diskImageChanges(completeDiskImage(given(olds)), completeDiskImage(given(news)));
const check = async (inputs: object, olds: object = {}) =>
  dynamicProvider(diskImageKind).check({ ...olds }, { ...inputs });

/** What a host shows of an image that `inputs` made. */
function shownOnHost(inputs: DiskImageInputs): ObservedImage {
  return {
    type: "file",
    isLink: false,
    sizeBytes: sizeBytesOf(inputs),
    format: inputs.format,
    looksLikeQcow2: false,
    claim: { id: "0f6ad1f2-0000-4000-8000-00000000000a", owner: "p/s::DiskImage::d", of: inputs.path },
    phase: "ready",
    isMade: true,
    madeOf: inputs.source === undefined ? "empty" : markOf(inputs.source),
    mountPoint: "/",
    mountPointWhenMade: "/",
    folder: "/",
    obstacle: undefined,
    freeBytes: 1,
    tools: [],
    users: [],
    configured: [],
    deviceUse: "",
  };
}

test("a block device that is bigger than what is asked for needs nothing", () => {
  const device: Partial<DiskImageInputs> = { path: "/dev/vg0/a", format: "block" };
  const seen = { ...shownOnHost(completeDiskImage(given({ ...device, sizeGiB: 8 }))), type: "block" } as const;
  for (const sizeGiB of [4, 8, undefined]) {
    const { sizeGiB: _, ...rest } = given(device);
    const inputs = completeDiskImage(sizeGiB === undefined ? rest : { ...rest, sizeGiB });
    expect(planOf(diskImageTable, imageOf(seen, inputs.path), inputs)).toEqual([]);
    expect(planOf(diskImageTable, asMade(inputs), inputs)).toEqual([]);
    expect(inputs.keepOnDelete).toBe(true);
  }
});

test("a secret source shows in no text of a preview", () => {
  const secretProperties = ["source"];
  const source = { url: "http://h/geheim", sha256: "a".repeat(64) };
  const texts = [
    ...changes({}, { source, secretProperties }),
    ...changes({ source, secretProperties }, { source: { ...source, sha256: "b".repeat(64) }, secretProperties }),
    ...changes({ source, secretProperties }, { source: { url: "http://h/anders", sha256: source.sha256 } }),
  ].map(({ text }) => text);
  expect(
    [...texts, ...diskImageKind.creation(completeDiskImage(given({ source, secretProperties })))].join(),
  ).not.toMatch(/geheim|anders|aaaa|bbbb/);
  expect(texts).toHaveLength(3);
});

test("a secret size shows in no text of a creation", () => {
  const inputs = completeDiskImage(given({ sizeGiB: 4321, secretProperties: ["sizeGiB"] }));
  expect(diskImageKind.creation(inputs)).toEqual(["create sparse raw image /xen/vm/g.img of [secret] GiB"]);
});

test("defaults written out or left out are the same", () => {
  expect(changes({}, { format: "raw", keepOnDelete: false })).toEqual([]);
});

test("another content brings its own size: it is no shrinking", () => {
  const source = { url: "http://a/x", sha256: "a".repeat(64) };
  const texts = changes({ source }, { source: { ...source, sha256: "b".repeat(64) }, sizeGiB: 5 });
  expect(texts).toMatchObject([
    { property: "sizeGiB", effect: "none" },
    { property: "source", effect: "replace" },
  ]);
  expect(texts[0]?.refused).toBeUndefined();
});

test("growing is live", () => {
  expect(changes({}, { sizeGiB: 20 })).toMatchObject([
    { property: "sizeGiB", text: "sizeGiB 10 -> 20", effect: "live", steps: [{ name: "grow" }] },
  ]);
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
  ["a relative path", { path: "vm/g.img" }, "path", "must be the absolute path of an image"],
  ["a path with a comma, which xl would cut", { path: "/vm/a,b.img" }, "path", "must consist of letters, digits"],
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
    "must have either a url",
  ],
  [
    "another image with a sum",
    { source: { image: "/xen/a.img", sha256: "a".repeat(64) } },
    "source.sha256",
    "must be left out: of another image of the host",
  ],
  ["another image by a relative path", { source: { image: "a.img" } }, "source.image", "absolute path of an image"],
  ["an image that begins as itself", { source: { image: "/xen/vm/g.img" } }, "source.image", "the image itself"],
  [
    "the format of a file",
    { source: { path: "/x.img", sha256: "a".repeat(64), format: "raw" } },
    "source.format",
    "must be left out: the format of a file is read",
  ],
  [
    "a compression that is not known",
    { source: { url: "http://a/b", sha256: "a".repeat(64), compression: "bz2" } },
    "source.compression",
    'must be one of "gz", "xz", "zst", "none"',
  ],
  [
    "a password in a URL",
    { source: { url: "http://u:p@a/b", sha256: "a".repeat(64) } },
    "source.url",
    "must not hold a password",
  ],
])("%s gets one sentence", async (_, more, property, words) => {
  const { failures } = await check({ ...given(), ...more });
  expect(failures).toEqual([{ property, reason: expect.stringContaining(words) as string }]);
});
