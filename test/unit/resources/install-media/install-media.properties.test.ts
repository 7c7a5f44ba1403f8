import fc from "fast-check";
import { UNKNOWN } from "../../../../provider/property";
import { dynamicProvider } from "../../../../provider/pulumi";
import { installMediaKind } from "../../../../provider/resources/install-media/install-media.lifecycle";
import { type Change, driftOf, planOf } from "../../../../provider/change";
import { asMade, mediaOf } from "../../../../provider/resources/install-media/install-media.observe";
import {
  type InstallMediaInputs,
  installMediaTable,
} from "../../../../provider/resources/install-media/install-media.properties";
import { completeInstallMedia, mediaFiles } from "../../../../provider/resources/install-media/install-media.rules";

const sum = (digit: string): string => digit.repeat(64);
const given = (more: Partial<InstallMediaInputs> = {}): InstallMediaInputs => ({
  connection: { host: "h" },
  name: "m",
  kernel: { url: "http://a/vmlinuz", sha256: sum("1") },
  ramdisk: { path: "/tmp/initrd", sha256: sum("2") },
  ...more,
});
const check = async (inputs: object, olds: object = {}) =>
  dynamicProvider(installMediaKind).check({ ...olds }, { ...inputs });
const installMediaChanges = (olds: InstallMediaInputs, news: InstallMediaInputs): Change[] => [
  ...installMediaKind.changes(olds, news),
];
const source = fc.oneof(
  fc.constant(UNKNOWN),
  fc.record({ url: fc.constantFrom("http://h/x", UNKNOWN), sha256: fc.constantFrom(sum("a"), UNKNOWN) }),
);
const anyInputs = fc.record(
  {
    connection: fc.constant({ host: "h" }),
    name: fc.constantFrom("m", "n", UNKNOWN),
    kernel: source,
    ramdisk: source,
    files: fc.oneof(fc.constant(UNKNOWN), fc.dictionary(fc.constantFrom("a", "b/c"), source)),
    serveOn: fc.constantFrom("br0", UNKNOWN),
    servePort: fc.constantFrom(80, UNKNOWN),
  },
  { requiredKeys: ["connection", "name", "kernel", "ramdisk"] },
) as unknown as fc.Arbitrary<InstallMediaInputs>;

test("the guest's side is known in preview: folder, kernel, ramdisk, where it is served", () => {
  expect(completeInstallMedia(given({ serveOn: "br0" }))).toMatchObject({
    directory: "/var/lib/pulumi-xen/media/m",
    kernelPath: "/var/lib/pulumi-xen/media/m/vmlinuz",
    ramdiskPath: "/var/lib/pulumi-xen/media/m/initrd",
    serve: { bridge: "br0", port: 8980 },
  });
});

test("completing twice changes nothing, nothing differs from itself, and nothing throws on unknowns", () => {
  fc.assert(
    fc.property(anyInputs, anyInputs, (olds, news) => {
      const once = completeInstallMedia(news);
      expect(completeInstallMedia(once)).toEqual(once);
      expect(installMediaChanges(once, once)).toEqual([]);
      const texts = [
        ...installMediaChanges(completeInstallMedia(olds), once).map(({ text }) => text),
        ...installMediaKind.creation(once),
      ];
      for (const text of texts) expect(text).not.toContain(UNKNOWN);
    }),
  );
});

const known = fc.oneof(
  fc.record({ url: fc.constantFrom("http://h/x", "http://h/y"), sha256: fc.constantFrom("a", "B").map(sum) }),
  fc.record({ path: fc.constantFrom("/x", "/y"), sha256: fc.constantFrom("a", "b").map(sum) }),
);
const anyEdit = fc.oneof(
  fc.record({ name: fc.constantFrom("m", "n") }),
  fc.record({ kernel: known }),
  fc.record({ ramdisk: known }),
  fc.record({ files: fc.option(fc.dictionary(fc.constantFrom("a", "b/c", "d"), known), { nil: undefined }) }),
  fc.record({ serveOn: fc.constantFrom("br0", "br1", undefined) }),
  fc.record({ servePort: fc.constantFrom(80, 8980, undefined) }),
) as fc.Arbitrary<Partial<InstallMediaInputs>>;
const anyEdits = fc.array(anyEdit, { minLength: 1, maxLength: 4 });

/** What a host shows of media that `inputs` brought. */
function broughtBy(inputs: InstallMediaInputs) {
  const sums = new Map(mediaFiles(inputs).map(({ name, source: { sha256 } }) => [name, sha256]));
  return { exists: true, claim: undefined, isReady: true, sums, guests: [], freeBytes: 0, tools: [] };
}

test("the laws hold for random edits: what is brought needs nothing, and an update finds what its preview said", () => {
  fc.assert(
    fc.property(anyEdits, anyEdits, (first, second) => {
      const edit = (inputs: InstallMediaInputs, edits: readonly Partial<InstallMediaInputs>[]): InstallMediaInputs =>
        completeInstallMedia(edits.reduce<InstallMediaInputs>((all, one) => ({ ...all, ...one }), inputs));
      const olds = edit(given(), first);
      const news = edit(given(), [...first, ...second]);
      expect(planOf(installMediaTable, asMade(news), news)).toEqual([]);
      expect(planOf(installMediaTable, mediaOf(broughtBy(news), news.name), news)).toEqual([]);
      if (olds.name !== news.name) return;
      const preview = planOf(installMediaTable, asMade(olds), news).map(({ text }) => text);
      const seen = mediaOf(broughtBy(olds), news.name);
      const update = planOf(installMediaTable, seen, news).map(({ text }) => text);
      // The host does not show where a file came from, nor where it is to be served.
      expect(update).toEqual(preview.filter((text) => !/ \(same content|^serve/.test(text)));
      // The drift, then up: nothing is left.
      const drifted = { ...news, ...driftOf(installMediaTable, seen, news) };
      expect(planOf(installMediaTable, asMade(drifted), news).map(({ text }) => text)).toEqual(update);
    }),
    { numRuns: 3000 },
  );
});

test("a secret source shows in no text of a preview, a secret among the files neither", () => {
  const secretProperties = ["kernel", "files"];
  const files = { "a.tgz": { url: "http://h/geheim", sha256: sum("c") } };
  const before = completeInstallMedia(given({ serveOn: "br0", files, secretProperties }));
  const after = completeInstallMedia(
    given({
      serveOn: "br0",
      secretProperties,
      kernel: { url: "http://h/geheim", sha256: sum("d") },
      files: { "a.tgz": { path: "/geheim", sha256: sum("e") } },
    }),
  );
  const texts = installMediaChanges(before, after).map(({ text }) => text);
  expect(texts).toEqual(["kernel [secret] -> [secret]", 'files["a.tgz"] [secret] -> [secret]']);
  expect(installMediaKind.creation(after)).toEqual([
    "bring kernel from [secret]",
    "bring ramdisk from /tmp/initrd",
    'bring files["a.tgz"] from [secret]',
    "serve on br0, port 8980, while an install needs it",
  ]);
});

test("another kernel touches nothing that runs; another name replaces", () => {
  const before = completeInstallMedia(given());
  expect(
    installMediaChanges(before, completeInstallMedia(given({ kernel: { url: "http://a/vmlinuz", sha256: sum("3") } }))),
  ).toEqual([{ property: "kernel", text: "kernel 111111111111… -> 333333333333…", effect: "none" }]);
  expect(installMediaChanges(before, completeInstallMedia(given({ name: "n" })))).toMatchObject([
    { property: "name", effect: "replace" },
  ]);
});

test("a file that changed on the host shows as a change of its checksum", () => {
  const before = completeInstallMedia(
    given({ serveOn: "br0", files: { "a.tgz": { url: "http://a/a.tgz", sha256: "missing" } } }),
  );
  const after = completeInstallMedia(
    given({ serveOn: "br0", files: { "a.tgz": { url: "http://a/a.tgz", sha256: sum("a") } } }),
  );
  expect(installMediaChanges(before, after)).toMatchObject([
    { property: 'files["a.tgz"]', text: 'files["a.tgz"] missing -> aaaaaaaaaaaa…' },
  ]);
});

test.each([
  ["files that reach no guest", { files: { a: { url: "http://a/a", sha256: sum("1") } } }, "files", "without serveOn"],
  [
    "a file outside the folder",
    { serveOn: "br0", files: { "../x": { url: "http://a/a", sha256: sum("1") } } },
    'files["../x"]',
    "is not a file name",
  ],
  ["a port without bridge", { servePort: 80 }, "servePort", "only with serveOn"],
  ["a bridge name Linux does not allow", { serveOn: "a-very-long-bridge-name" }, "serveOn", "name of a bridge"],
  ["a kernel without checksum", { kernel: { url: "http://a/k" } }, "kernel.sha256", "is missing"],
])("%s gets one sentence", async (_, more, property, words) => {
  const { failures } = await check({ ...given(), ...more });
  expect(failures).toEqual([{ property, reason: expect.stringContaining(words) as string }]);
});
