import fc from "fast-check";
import { UNKNOWN } from "../../../../provider/property";
import { dynamicProvider } from "../../../../provider/pulumi";
import { installMediaKind } from "../../../../provider/resources/install-media/install-media.lifecycle";
import {
  completeInstallMedia,
  installMediaChanges,
} from "../../../../provider/resources/install-media/install-media.plan";
import type { InstallMediaInputs } from "../../../../provider/resources/install-media/install-media.schema";

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
    "is no name of a file",
  ],
  ["a port without bridge", { servePort: 80 }, "servePort", "only with serveOn"],
  ["a bridge name Linux does not allow", { serveOn: "a-very-long-bridge-name" }, "serveOn", "name of a bridge"],
  ["a kernel without checksum", { kernel: { url: "http://a/k" } }, "kernel.sha256", "is missing"],
])("%s gets one sentence", async (_, more, property, words) => {
  const { failures } = await check({ ...given(), ...more });
  expect(failures).toEqual([{ property, reason: expect.stringContaining(words) as string }]);
});
