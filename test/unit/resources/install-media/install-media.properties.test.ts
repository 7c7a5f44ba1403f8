import { dynamicProvider } from "../../../../provider/pulumi";
import { installMediaKind } from "../../../../provider/resources/install-media/install-media.lifecycle";
import type { Change } from "../../../../provider/change";
import type { InstallMediaInputs } from "../../../../provider/resources/install-media/install-media.properties";
import { completeInstallMedia } from "../../../../provider/resources/install-media/install-media.rules";

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
test("the guest's side is known in preview: folder, kernel, ramdisk, where it is served", () => {
  expect(completeInstallMedia(given({ serveOn: "br0" }))).toMatchObject({
    directory: "/var/lib/pulumi-xen/media/m",
    kernelPath: "/var/lib/pulumi-xen/media/m/vmlinuz",
    ramdiskPath: "/var/lib/pulumi-xen/media/m/initrd",
    serve: { bridge: "br0", port: 8980 },
  });
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

test("a secret bridge and port show in no text of a creation", () => {
  const inputs = completeInstallMedia(
    given({ serveOn: "br0", servePort: 8080, secretProperties: ["serveOn", "servePort"] }),
  );
  expect(installMediaKind.creation(inputs)).toContain("serve on [secret], port [secret], while an install needs it");
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

const fromIso = (more: Partial<InstallMediaInputs> = {}): InstallMediaInputs =>
  given({
    iso: { hostPath: "/srv/cd.iso" },
    kernel: { inIso: "isolinux/vmlinuz" },
    ramdisk: { inIso: "isolinux/initrd.img" },
    ...more,
  });

test("the guest learns where the ISO is whose tree is served, and of no tree where none is", () => {
  const tree = { tree: true, serveOn: "br0" };
  expect(completeInstallMedia(fromIso(tree)).serve).toEqual({ bridge: "br0", port: 8980, iso: "/srv/cd.iso" });
  const brought = { path: "/home/me/cd.iso", sha256: sum("1") };
  expect(completeInstallMedia(fromIso({ ...tree, iso: brought })).serve).toEqual({
    bridge: "br0",
    port: 8980,
    iso: "/var/lib/pulumi-xen/media/m/image.iso",
  });
  expect(completeInstallMedia(fromIso({ serveOn: "br0" })).serve).toEqual({ bridge: "br0", port: 8980 });
});

test("a creation says what is read on the host and what is taken out of the ISO, and shows no secret path", () => {
  const inputs = fromIso({ tree: true, serveOn: "br0" });
  expect(installMediaKind.creation(completeInstallMedia(inputs))).toEqual([
    "read the ISO /srv/cd.iso on the host",
    "take kernel out of the ISO: isolinux/vmlinuz",
    "take ramdisk out of the ISO: isolinux/initrd.img",
    "serve the content of the ISO on br0, port 8980, while an install needs it",
  ]);
  const secret = completeInstallMedia({ ...inputs, secretProperties: ["iso", "kernel"] });
  expect(installMediaKind.creation(secret).join()).not.toMatch(/cd\.iso|vmlinuz/);
});

test("another ISO brings another kernel, the same one from elsewhere does not", () => {
  const before = completeInstallMedia(fromIso({ iso: { url: "http://a/cd.iso", sha256: sum("a") } }));
  const other = completeInstallMedia(fromIso({ iso: { url: "http://a/cd2.iso", sha256: sum("b") } }));
  expect(installMediaChanges(before, other).map(({ text, effect }) => `${text}: ${effect}`)).toEqual([
    "iso aaaaaaaaaaaa… -> bbbbbbbbbbbb…: none",
    "kernel isolinux/vmlinuz (of another ISO) -> isolinux/vmlinuz: none",
    "ramdisk isolinux/initrd.img (of another ISO) -> isolinux/initrd.img: none",
  ]);
  const moved = completeInstallMedia(fromIso({ iso: { path: "/home/me/cd.iso", sha256: sum("A") } }));
  expect(installMediaChanges(before, moved).map(({ text }) => text)).toEqual(["iso (same content, from elsewhere)"]);
});

test.each([
  ["files that reach no guest", { files: { a: { url: "http://a/a", sha256: sum("1") } } }, "files", "without serveOn"],
  [
    "a file outside the folder",
    { serveOn: "br0", files: { "../x": { url: "http://a/a", sha256: sum("1") } } },
    'files["../x"]',
    "is not a file name",
  ],
  [
    "a file that is called as what is still being fetched",
    { serveOn: "br0", files: { "d/x.part": { url: "http://a/a", sha256: sum("1") } } },
    'files["d/x.part"]',
    "ends with .part, as what is still being fetched does. Choose another name.",
  ],
  ["a port without bridge", { servePort: 80 }, "servePort", "only with serveOn"],
  ["a bridge name Linux does not allow", { serveOn: "a-very-long-bridge-name" }, "serveOn", "name of a bridge"],
  ["a kernel in no ISO", { kernel: { inIso: "a" } }, "kernel.inIso", "needs an ISO. Declare iso"],
  ["a tree of no ISO", { tree: true, serveOn: "br0" }, "tree", "needs an ISO. Declare iso"],
  ["a tree that reaches no guest", { iso: { hostPath: "/srv/a.iso" }, tree: true }, "tree", "without serveOn"],
  ["an ISO for nothing", { iso: { hostPath: "/srv/a.iso" } }, "iso", "is used by nothing. Set tree"],
  ["an ISO by URL without checksum", { iso: { url: "http://a/x.iso" } }, "iso.sha256", "is missing"],
  ["an ISO at a home folder", { iso: { hostPath: "~/a.iso" } }, "iso.hostPath", 'must begin with "/"'],
  ["an ISO of two origins", { iso: { hostPath: "/a.iso", path: "b" } }, "iso", "must have one of"],
  ["a path out of the ISO", { kernel: { inIso: "../../etc/shadow" } }, "kernel.inIso", 'must not hold ".."'],
  ["a path of two lines", { kernel: { inIso: "a\nb" } }, "kernel.inIso", "must be a path from the root of the ISO"],
  [
    "a checksum beside inIso",
    { kernel: { inIso: "a", sha256: sum("1") } },
    "kernel.sha256",
    "has no place beside inIso",
  ],
  ["a kernel without checksum", { kernel: { url: "http://a/k" } }, "kernel.sha256", "is missing"],
])("%s gets one sentence", async (_, more, property, words) => {
  const { failures } = await check({ ...given(), ...more });
  expect(failures).toEqual([{ property, reason: expect.stringContaining(words) as string }]);
});
