/** Random programs of a disk image, as the constructor sends them, and edits of them. */
import * as fc from "fast-check";
import type { DiskImageInputs } from "../../../provider/resources/disk-image/disk-image.properties";
import { type Edit, type Editable, afterEdit, editsOf } from "../edits";

const of = <const T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

/** None is bigger than a device of the host, which nothing here makes bigger (host.ts). */
const sizes = fc.oneof(
  of(0.5, 1, 2, 4, 10, 64),
  fc.integer({ min: 1, max: 65536 }).map((mebibytes) => mebibytes / 1024),
  // Images of the field are no whole MiB.
  fc.integer({ min: 1, max: 2 ** 27 }).map((sectors) => sectors / 2 ** 21),
);

const sources = fc
  .record({
    at: of("http://mirror.example/x.img", "https://mirror.example/y?token=geheim12"),
    sum: of("a", "A", "b"),
    read: of({}, {}, { compression: "xz" }, { convert: true }, { compression: "none", convert: false }),
  })
  .map(({ at, sum, read }) => ({ url: at, sha256: sum.repeat(64), ...read }));

/** Signed by the host's key or a given one, unsigned, pinned. */
const distributions = fc
  .record({
    of: of(
      { distribution: "debian", version: "12", mirror: "https://mirror.example/cloud/" },
      { distribution: "debian", version: "12", variant: "generic", mirror: "https://mirror.example/cloud" },
      { distribution: "debian", version: "13", mirror: "https://other.example/cloud" },
      { distribution: "ubuntu", version: "24.04", mirror: "http://mirror.example/ubuntu" },
      { distribution: "alpine", version: "3.22.4", mirror: "https://mirror.example/alpine" },
    ),
    pin: of({}, {}, { sha256: "a".repeat(64) }, { sha256: "C".repeat(64) }),
    read: of({}, { convert: true }),
  })
  .map(({ of: named, pin, read }) => ({ ...named, ...pin, ...read }));

const image: Editable<DiskImageInputs, never> = {
  values: {
    path: of("/xen/vm/a.img", "/xen/vm/b.qcow2", "/dev/vg0/c", "/dev/vg0/d", "/dev/vg1/e", "/dev/vg1/f"),
    sizeGiB: sizes,
    format: of("raw", "raw", "qcow2", "block", "lvm"),
    preallocation: of("off", "metadata", "falloc", "full"),
    thinPool: of("pool0", "pool1"),
    overcommit: of("allow", "refuse"),
    readableByBootLoader: fc.boolean(),
    backing: of<DiskImageInputs["backing"]>(
      { path: "/xen/vm/golden.img", format: "raw" },
      { path: "/xen/vm/golden.qcow2", format: "qcow2" },
    ),
    source: fc.oneof(
      sources,
      distributions,
      of<DiskImageInputs["source"]>(
        { image: "/xen/vm/golden.img", format: "raw" },
        { image: "/dev/vg0/golden", format: "lvm", convert: true },
        { image: "/xen/vm/golden.img" },
      ),
      sources.map(({ url: _, ...rest }) => ({ path: "/home/somebody/image", ...rest })),
    ),
    snapshots: fc.subarray(["before-upgrade", "b", "c.1"]).map((names) => names.map((name) => ({ name }))),
    keepOnDelete: fc.boolean(),
    deleteAfterDays: of(1, 7, 30),
    adopt: fc.boolean(),
    secretProperties: fc.subarray(["path", "sizeGiB", "source", "format", "backing"]),
  },
  required: ["path"],
  settled,
};

export const edits: fc.Arbitrary<Edit<never>> = editsOf(image);

export function edited(program: DiskImageInputs, edit: Edit<never>): DiskImageInputs {
  return afterEdit(image, program, edit);
}

export const programs: fc.Arbitrary<DiskImageInputs> = fc
  .record(image.values as Record<keyof DiskImageInputs, fc.Arbitrary<never>>, { requiredKeys: ["path"] })
  .map((values) =>
    settled({ ...values, connection: { host: "198.51.100.7", user: "root" }, owner: "shop/prod::DiskImage::disk" }),
  );

/** A device is under /dev and a file is not; those of vg1 are made and may go, the others are just there; a file and a volume have a size, other devices neither source nor end. */
function settled(given: DiskImageInputs): DiskImageInputs {
  const program = { ...given } as { -readonly [K in keyof DiskImageInputs]: DiskImageInputs[K] };
  const isDevice = program.path.startsWith("/dev/");
  if (isDevice) program.format = program.path.startsWith("/dev/vg1/") ? "lvm" : "block";
  if (!isDevice && (program.format === "block" || program.format === "lvm")) delete program.format;
  if (program.format === "block") delete program.source;
  if (program.format === "block") {
    if (program.keepOnDelete === false) delete program.keepOnDelete;
  } else program.sizeGiB ??= 10;
  if (program.format === "block" || program.keepOnDelete === true) delete program.deleteAfterDays;
  if (program.format !== "block") delete program.readableByBootLoader;
  if (program.format !== "qcow2") delete program.backing;
  if (program.backing !== undefined) {
    delete program.source;
    delete program.preallocation;
  }
  if (program.format !== "lvm" && program.format !== "qcow2") delete program.snapshots;
  // One of the two volumes is in a pool and one is not: which, no later edit of a program changes.
  if (program.format !== "lvm" || program.path === "/dev/vg1/f") delete program.thinPool;
  else program.thinPool ??= "pool0";
  if (program.format === "block" || program.format === "lvm") delete program.preallocation;
  if (program.format !== "qcow2" && program.preallocation === "metadata") program.preallocation = "full";
  return program;
}
