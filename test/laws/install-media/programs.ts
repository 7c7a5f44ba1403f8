/** Random programs of installation media, as the constructor sends them, and edits of them. */
import * as fc from "fast-check";
import type { InstallMediaInputs } from "../../../provider/resources/install-media/install-media.properties";
import { isInIso } from "../../../provider/resources/install-media/install-media.iso";
import { type Edit, type Editable, afterEdit, editsOf } from "../edits";

const of = <const T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

const sums = of("a", "A", "b", "c").map((digit) => digit.repeat(64));
const sources = fc.oneof(
  fc.record({ url: of("http://mirror.example/x", "https://mirror.example/y?token=geheim12"), sha256: sums }),
  fc.record({ path: of("/home/somebody/x", "/home/somebody/y"), sha256: sums }),
);
const boot = fc.oneof(sources, fc.record({ inIso: of("isolinux/vmlinuz", "isolinux/initrd.img") }));
const isos = fc.oneof(
  sources,
  fc.record({ hostPath: of("/srv/a.iso", "/srv/b.iso"), sha256: sums }, { requiredKeys: ["hostPath"] }),
);
/** Signed, unsigned, pinned, with sums of nobody. */
const netboots = of<NonNullable<InstallMediaInputs["netboot"]>>(
  { distribution: "debian", version: "12", mirror: "http://mirror.example/debian/" },
  { distribution: "debian", version: "12", mirror: "https://mirror.example/debian" },
  { distribution: "debian", version: "13", mirror: "http://mirror.example/debian" },
  { distribution: "fedora", version: "44", variant: "Everything", mirror: "https://mirror.example/fedora" },
  {
    distribution: "alpine",
    version: "3.22",
    mirror: "http://mirror.example/alpine",
    sha256: { kernel: "D".repeat(64), ramdisk: "e".repeat(64) },
  },
);
const fileNames = of("rootfs.tgz", "dists/x/Release", "dists/x/Packages", "dists", "z");

const media: Editable<InstallMediaInputs, never> = {
  values: {
    name: of("media", "other"),
    iso: isos,
    netboot: netboots,
    kernel: boot,
    ramdisk: boot,
    tree: fc.boolean(),
    files: fc.dictionary(fileNames, sources, { maxKeys: 3 }),
    serveOn: of("br0", "br1", "installers"),
    servePort: of(80, 8080, 8980),
    secretProperties: fc.subarray(["iso", "netboot", "kernel", "ramdisk", "files", "serveOn", "servePort", "name"]),
  },
  required: ["name"],
  records: { files: { keys: fileNames, entries: sources } },
  settled,
};

export const edits: fc.Arbitrary<Edit<never>> = editsOf(media);

export function edited(program: InstallMediaInputs, edit: Edit<never>): InstallMediaInputs {
  return afterEdit(media, program, edit);
}

export const programs: fc.Arbitrary<InstallMediaInputs> = fc
  .record(media.values as Record<keyof InstallMediaInputs, fc.Arbitrary<never>>, {
    requiredKeys: ["name"],
  })
  .map((values) =>
    settled({ ...values, connection: { host: "198.51.100.7", user: "root" }, owner: "shop/prod::InstallMedia::media" }),
  );

/** Files are served somewhere, and none of them is a folder of another; an ISO is there where it is needed, and nowhere else. */
function settled(given: InstallMediaInputs): InstallMediaInputs {
  const program = { ...given } as { -readonly [K in keyof InstallMediaInputs]: InstallMediaInputs[K] };
  const names = Object.keys(program.files ?? {});
  program.files = Object.fromEntries(
    Object.entries(program.files ?? {}).filter(([name]) => !names.some((other) => other.startsWith(`${name}/`))),
  );
  if (given.files === undefined) delete program.files;
  if (program.netboot !== undefined) {
    delete program.kernel;
    delete program.ramdisk;
  } else {
    program.kernel ??= { url: "http://mirror.example/x", sha256: "a".repeat(64) };
    program.ramdisk ??= { path: "/home/somebody/x", sha256: "b".repeat(64) };
  }
  const takes = [program.kernel, program.ramdisk].some((source) => isInIso(source));
  if (takes || program.tree === true) program.iso ??= { hostPath: "/srv/a.iso" };
  else delete program.iso;
  if (Object.keys(program.files ?? {}).length > 0 || program.tree === true) program.serveOn ??= "br0";
  if (program.serveOn === undefined) delete program.servePort;
  return program;
}
