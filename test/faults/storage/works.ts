/**
 * What is done while a fault strikes: images that are made of something or grow or go, and media. Each says what has to be true of the
 * disk whenever anybody looks, and what is there at the end.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isoImage } from "../../../provider/xen/cloud-init/iso9660";
import type { StorageHost } from "./storage-host";

const MIB = 1024 ** 2;

/** The columns of the table. */
export const WORKS = ["create", "download", "upload", "unpack", "convert", "copy", "grow", "remove", "media"] as const;
export type Column = (typeof WORKS)[number];

export interface Declared {
  readonly kind: "disk-image" | "install-media";
  readonly properties: object;
}

export interface Work {
  readonly name: string;
  readonly column: Column;
  /** What a URL hands out, by its path. */
  readonly served: Readonly<Record<string, Buffer>>;
  /** Files of this machine, by name; made in the trial's own folder. */
  readonly local: Readonly<Record<string, Buffer>>;
  /** What lies on the disk beforehand, and nobody of us made. */
  readonly prepare?: (host: StorageHost) => void;
  /** What was made beforehand. */
  readonly before?: (where: Where) => Declared;
  readonly declared: (where: Where) => Declared;
  /** It is taken out of the program. */
  readonly removes?: boolean;
  readonly programs?: readonly string[];
  /** What somebody finds there, at any moment. @throws Error */
  readonly assertNothingHalf: (host: StorageHost) => void;
  /** When it is done. @throws Error */
  readonly assertDone: (host: StorageHost) => void;
}

interface Where {
  readonly url: string;
  /** Of the files of this machine. */
  readonly folder: string;
}

/** Three MiB that nothing makes smaller, a hole, and an end. */
function disk(sizeMiB = 8): Buffer {
  const content = Buffer.alloc(sizeMiB * MIB);
  let state = 1;
  for (let at = 0; at < 3 * MIB; at += 4) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) | 0;
    content.writeInt32LE(state ^ (state >>> 15), at);
  }
  content.write("the end", content.length - 7);
  return content;
}

const DISK = disk();
const sumOf = (content: Buffer): string => createHash("sha256").update(content).digest("hex");
const IMAGE = "/var/lib/xen/g.img";
const IMAGE_MIB = 12;

/** What a guest reads of a disk of this size that began as that. */
const grown = (content: Buffer, sizeMiB = IMAGE_MIB): Buffer =>
  Buffer.concat([content, Buffer.alloc(sizeMiB * MIB - content.length)]);

function image(properties: object): Declared {
  return { kind: "disk-image", properties: { path: IMAGE, sizeGiB: IMAGE_MIB / 1024, ...properties } };
}

/** What a guest would read in the image. */
function seenIn(host: StorageHost, format: "raw" | "qcow2"): Buffer {
  const path = host.at("xen/g.img");
  if (format === "raw") return readFileSync(path);
  const out = `${path}.seen-by-the-test`;
  try {
    execFileSync("qemu-img", ["convert", "-f", "qcow2", "-O", "raw", path, out], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    return readFileSync(out);
  } finally {
    execFileSync("rm", ["-f", out]);
  }
}

function assertImage(host: StorageHost, format: "raw" | "qcow2", whole: Buffer): void {
  const seen = seenIn(host, format);
  if (seen.equals(whole)) return;
  const at = seen.findIndex((byte, index) => byte !== whole[index]);
  throw new Error(
    `the image holds ${String(seen.length)} bytes with the sum ${sumOf(seen)}, not ${String(whole.length)} with ${sumOf(whole)}; they differ from byte ${String(at)} on`,
  );
}

/** The image is there as it was meant, or is not there. */
const whole = (format: "raw" | "qcow2", content: Buffer): Pick<Work, "assertNothingHalf" | "assertDone"> => ({
  assertNothingHalf: (host) => {
    if (existsSync(host.at("xen/g.img"))) assertImage(host, format, content);
  },
  assertDone: (host) => {
    assertImage(host, format, content);
  },
});

const packed = (program: string): Buffer => execFileSync(program, ["-c"], { input: DISK, maxBuffer: 32 * MIB });

function asQcow2(content: Buffer): Buffer {
  const folder = execFileSync("mktemp", ["-d"], { encoding: "utf8" }).trim();
  try {
    writeFileSync(join(folder, "raw"), content);
    execFileSync("qemu-img", ["convert", "-f", "raw", "-O", "qcow2", join(folder, "raw"), join(folder, "qcow2")]);
    return readFileSync(join(folder, "qcow2"));
  } finally {
    execFileSync("rm", ["-rf", folder]);
  }
}

const nothing = { served: {}, local: {} };
const GOLDEN = "/var/lib/xen/golden.img";

function assertGolden(host: StorageHost): void {
  if (!readFileSync(host.at("xen/golden.img")).equals(DISK)) throw new Error("the other image was changed");
}

function growing(format: "raw" | "qcow2"): Work {
  const small = grown(DISK, 8);
  return {
    name: `an image grows (${format})`,
    column: "grow",
    served: { "/image": DISK },
    local: {},
    programs: ["qemu-img"],
    before: ({ url }) =>
      image({ format, sizeGiB: 8 / 1024, source: { url: `${url}/image`, sha256: sumOf(DISK), convert: true } }),
    declared: ({ url }) => image({ format, source: { url: `${url}/image`, sha256: sumOf(DISK), convert: true } }),
    assertNothingHalf: (host) => {
      const seen = seenIn(host, format);
      assertImage(host, format, seen.length === small.length ? small : grown(DISK));
    },
    assertDone: (host) => {
      assertImage(host, format, grown(DISK));
    },
  };
}

const KERNEL = disk(4);
const RAMDISK = Buffer.from("a ramdisk\n".repeat(20_000));
const LATER = Buffer.from("a tree\n".repeat(30_000));

/** Files of media are what is declared, or not there. */
function media(
  name: string,
  files: Readonly<Record<string, Buffer>>,
  more: Pick<Work, "served" | "local" | "declared">,
): Work {
  const at = (host: StorageHost, file: string): string => host.at("pulumi-xen/media/cd", file);
  return {
    name,
    column: "media",
    ...more,
    assertNothingHalf: (host) => {
      for (const [file, content] of Object.entries(files))
        if (existsSync(at(host, file)) && !readFileSync(at(host, file)).equals(content))
          throw new Error(`${file} is there by halves: ${String(statSync(at(host, file)).size)} bytes`);
    },
    assertDone: (host) => {
      for (const [file, content] of Object.entries(files))
        if (!existsSync(at(host, file)) || !readFileSync(at(host, file)).equals(content))
          throw new Error(`${file} is not what was declared`);
    },
  };
}

const ISO = Buffer.from(isoImage("CD", { vmlinuz: "a kernel ".repeat(30_000), initrd: "a ramdisk ".repeat(30_000) }));

export function allWorks(): readonly Work[] {
  const gz = packed("gzip");
  const qcow2 = asQcow2(DISK);
  return [
    {
      name: "an empty raw image is made",
      column: "create",
      ...nothing,
      declared: () => image({ path: IMAGE }),
      ...whole("raw", Buffer.alloc(IMAGE_MIB * MIB)),
    },
    {
      name: "a qcow2 image with its tables is made, in folders of its own",
      column: "create",
      ...nothing,
      programs: ["qemu-img"],
      declared: () => image({ format: "qcow2", preallocation: "metadata", path: "/var/lib/xen/g.img" }),
      ...whole("qcow2", Buffer.alloc(IMAGE_MIB * MIB)),
    },
    {
      name: "an image is downloaded",
      column: "download",
      served: { "/image": DISK },
      local: {},
      declared: ({ url }) => image({ source: { url: `${url}/image`, sha256: sumOf(DISK) } }),
      ...whole("raw", grown(DISK)),
    },
    {
      name: "an image is uploaded",
      column: "upload",
      served: {},
      local: { image: DISK },
      declared: ({ folder }) => image({ source: { path: join(folder, "image"), sha256: sumOf(DISK) } }),
      ...whole("raw", grown(DISK)),
    },
    {
      name: "an image is downloaded and unpacked (gz)",
      column: "unpack",
      served: { "/image.gz": gz },
      local: {},
      declared: ({ url }) => image({ source: { url: `${url}/image.gz`, sha256: sumOf(gz) } }),
      ...whole("raw", grown(DISK)),
    },
    {
      name: "a qcow2 image is downloaded and converted to raw",
      column: "convert",
      served: { "/image": qcow2 },
      local: {},
      programs: ["qemu-img"],
      declared: ({ url }) => image({ source: { url: `${url}/image`, sha256: sumOf(qcow2), convert: true } }),
      ...whole("raw", grown(DISK)),
    },
    {
      name: "a packed raw image is uploaded, unpacked and converted to qcow2",
      column: "convert",
      served: {},
      local: { "image.gz": gz },
      programs: ["qemu-img"],
      declared: ({ folder }) =>
        image({ format: "qcow2", source: { path: join(folder, "image.gz"), sha256: sumOf(gz), convert: true } }),
      ...whole("qcow2", grown(DISK)),
    },
    {
      name: "another image is copied",
      column: "copy",
      ...nothing,
      prepare: (host) => {
        writeFileSync(host.at("xen/golden.img"), DISK);
        execFileSync("sync", ["-f", host.at("xen/golden.img")]);
      },
      declared: () => image({ source: { image: GOLDEN } }),
      assertNothingHalf: (host) => {
        assertGolden(host);
        if (existsSync(host.at("xen/g.img"))) assertImage(host, "raw", grown(DISK));
      },
      assertDone: (host) => {
        assertGolden(host);
        assertImage(host, "raw", grown(DISK));
      },
    },
    growing("raw"),
    growing("qcow2"),
    {
      name: "an image is removed, with the folders that were made for it",
      column: "remove",
      ...nothing,
      before: () => image({ path: "/var/lib/xen/a/b/g.img" }),
      declared: () => image({ path: "/var/lib/xen/a/b/g.img" }),
      removes: true,
      assertNothingHalf: () => undefined,
      assertDone: () => undefined,
    },
    media(
      "media are brought by URL and from this machine",
      { vmlinuz: KERNEL, initrd: RAMDISK, "files/d/later": LATER },
      {
        served: { "/vmlinuz": KERNEL, "/later": LATER },
        local: { initrd: RAMDISK },
        declared: ({ url, folder }) => ({
          kind: "install-media",
          properties: {
            name: "cd",
            kernel: { url: `${url}/vmlinuz`, sha256: sumOf(KERNEL) },
            ramdisk: { path: join(folder, "initrd"), sha256: sumOf(RAMDISK) },
            files: { "d/later": { url: `${url}/later`, sha256: sumOf(LATER) } },
            serveOn: "br0",
          },
        }),
      },
    ),
    media(
      "an ISO is brought, and kernel and ramdisk are taken out of it",
      {
        vmlinuz: Buffer.from("a kernel ".repeat(30_000)),
        initrd: Buffer.from("a ramdisk ".repeat(30_000)),
        "image.iso": ISO,
      },
      {
        served: { "/cd.iso": ISO },
        local: {},
        declared: ({ url }) => ({
          kind: "install-media",
          properties: {
            name: "cd",
            iso: { url: `${url}/cd.iso`, sha256: sumOf(ISO) },
            kernel: { inIso: "vmlinuz" },
            ramdisk: { inIso: "initrd" },
            tree: true,
            serveOn: "br0",
          },
        }),
      },
    ),
  ];
}

/** The files of this machine that a work brings. */
export function writeLocal(folder: string, { local }: Work): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(local)) writeFileSync(join(folder, name), content);
}
