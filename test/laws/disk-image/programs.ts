/** Random programs of a disk image, as the constructor sends them, and edits of them. */
import * as fc from "fast-check";
import type { DiskImageInputs } from "../../../provider/resources/disk-image/disk-image.properties";
import { type Edit, type Editable, afterEdit, editsOf } from "../edits";

const of = <const T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

/** None is bigger than a device of the host, which nothing here makes bigger (host.ts). */
const sizes = fc.oneof(
  of(0.5, 1, 2, 4, 10, 64),
  fc.integer({ min: 1, max: 65536 }).map((mebibytes) => mebibytes / 1024),
);

const sources = fc
  .record({
    at: of("http://mirror.example/x.img", "https://mirror.example/y?token=geheim12"),
    sum: of("a", "A", "b"),
    read: of({}, {}, { compression: "xz" }, { convert: true }, { compression: "none", convert: false }),
  })
  .map(({ at, sum, read }) => ({ url: at, sha256: sum.repeat(64), ...read }));

const image: Editable<DiskImageInputs, never> = {
  values: {
    path: of("/xen/vm/a.img", "/xen/vm/b.qcow2", "/dev/vg0/c", "/dev/vg0/d", "/dev/vg1/e", "/dev/vg1/f"),
    sizeGiB: sizes,
    format: of("raw", "raw", "qcow2", "block", "lvm"),
    preallocation: of("off", "metadata"),
    thinPool: of("pool0", "pool1"),
    source: fc.oneof(
      sources,
      of<DiskImageInputs["source"]>(
        { image: "/xen/vm/golden.img", format: "raw" },
        { image: "/dev/vg0/golden", format: "lvm", convert: true },
        { image: "/xen/vm/golden.img" },
      ),
      sources.map(({ url: _, ...rest }) => ({ path: "/home/somebody/image", ...rest })),
    ),
    keepOnDelete: fc.boolean(),
    adopt: fc.boolean(),
    secretProperties: fc.subarray(["path", "sizeGiB", "source", "format"]),
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
  if (program.format !== "lvm") delete program.thinPool;
  if (program.format !== "qcow2") delete program.preallocation;
  return program;
}
