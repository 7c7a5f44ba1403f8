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
    overlays: [],
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
  "another path or format (%j) moves the image, which takes consent and loses nothing",
  async (more) => {
    const [change, ...others] = changes({}, more);
    expect([change, others]).toMatchObject([{ effect: "migrate" }, []]);
    expect(change?.losesData).toBeUndefined();
    const { inputs } = await check(given());
    expect((await check(given({ ...more, allow: ["replace", "dataLoss"] }), inputs)).failures).toMatchObject([
      {
        reason: expect.stringContaining(
          "would move the image, with all it holds, which allow does not permit",
        ) as string,
      },
    ]);
    expect((await check(given({ ...more, allow: ["migrate"] }), inputs)).failures).toEqual([]);
  },
);

test("an image that moves may grow on the way, and not shrink", () => {
  expect(changes({}, { path: "/b", sizeGiB: 20 })).toMatchObject([
    { property: "path", effect: "migrate" },
    { property: "sizeGiB", effect: "live", steps: [{ name: "grow", title: expect.stringContaining("/b") as string }] },
  ]);
  expect(changes({}, { path: "/b", sizeGiB: 5 })[1]?.refused).toContain("never made smaller");
});

test.each([
  [{}, { path: "/dev/sdb", format: "block" as const }],
  [{ path: "/dev/sdb", format: "block" as const }, {}],
])("nothing is moved into a block device or out of it (%j to %j), and what to do is said", async (from, to) => {
  const { inputs } = await check(given(from));
  const allow = ["migrate", "replace", "dataLoss"];
  expect((await check(given({ ...to, allow }), inputs)).failures).toMatchObject([
    {
      property: "format",
      reason: expect.stringContaining("Declare a second DiskImage, copy what this one holds") as string,
    },
  ]);
});

test("another block device is another one that is used, and nothing is lost", () => {
  const device = (path: string) => ({ path, format: "block" as const });
  expect(changes(device("/dev/sdb"), device("/dev/sdc"))).toMatchObject([{ effect: "replace", losesData: false }]);
});

test("an image that is kept is not lost when one of another content takes its place", () => {
  const source = { url: "http://a/x", sha256: "a".repeat(64) };
  const other = { ...source, sha256: "b".repeat(64) };
  expect(changes({ keepOnDelete: true, source }, { keepOnDelete: true, source: other })).toMatchObject([
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
  [
    "a name without room for more",
    { path: `/vm/${"a".repeat(230)}` },
    "path",
    "has a part of more than 200 characters",
  ],
  ["the name of a half-made image", { path: "/vm/a.img.pulumi-xen-new" }, "path", "another image's file has while"],
  ["the name of an image that moves", { path: "/vm/a.img.pulumi-xen-old" }, "path", "while that is made or moves"],
  [
    "an image that would be removed with what is half-made",
    { source: { image: "/xen/vm/g.img.pulumi-xen-source.plain" } },
    "source.image",
    "another image's file has while",
  ],
  ["a path that climbs", { path: "/vm/../etc/passwd" }, "path", '".."'],
  ["a file among devices", { path: "/dev/sda" }, "path", 'set format to "block"'],
  ["a block device that is a file", { path: "/a.img", format: "block" }, "path", "a block device is under /dev"],
  ["no size", { sizeGiB: undefined }, "sizeGiB", "is missing"],
  [
    "a size of no whole sectors",
    { sizeGiB: 0.3 },
    "sizeGiB",
    "whole sectors of 512 bytes: the next whole MiB is 0.30078125,",
  ],
  ["no size at all", { sizeGiB: 0 }, "sizeGiB", "more than 0"],
  ["tables of a raw image", { preallocation: "metadata" }, "preallocation", "qcow2 only"],
  [
    "preallocation of a volume",
    { path: "/dev/vg0/a", format: "lvm", preallocation: "full" },
    "preallocation",
    "raw and qcow2",
  ],
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
