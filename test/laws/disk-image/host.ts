/**
 * A host with one disk image, as a pure value: the files and devices, what our folder says of them, and what each step of a
 * job does. Its answers are read as those of a real one.
 */
import { refreshed } from "../../../provider/resources/disk-image/disk-image.lifecycle";
import { type ObservedImage, imageOf, imageQuestion } from "../../../provider/resources/disk-image/disk-image.observe";
import type { DiskImageInputs, Image } from "../../../provider/resources/disk-image/disk-image.properties";
import { markOf } from "../../../provider/resources/disk-image/disk-image.source";
import { locatedOn } from "./moves";
import { Answer } from "../../../provider/shell";
import type { Seen } from "../kind";
import { inExtents, saidByLvm, uuidOf } from "./volumes";

const MIB = 1024 ** 2;
export const CLAIM_ID = "0f6ad1f2-0000-4000-8000-00000000000a";

export interface File {
  /** Of the file itself. */
  readonly bytes: number;
  /** Of the disk that a qcow2 file holds; absent of any other. */
  readonly virtualBytes?: number;
  readonly inode: number;
  /** Of a qcow2 file: format, a tab and path of its backing file, as its head says. */
  readonly backing?: string;
  /** Names of the snapshots of it that are ours. */
  readonly snapshots?: readonly string[];
  /** Of a volume: it is in a thin pool. */
  readonly isThin?: boolean;
}

export interface Host {
  /** What the state knows, by which the claim's folder is named. */
  readonly path: string;
  readonly format: DiskImageInputs["format"];
  /** What stands at the path. */
  readonly file: File | undefined;
  readonly claim: { readonly id: string; readonly owner: string } | undefined;
  readonly phase: string | undefined;
  /** The files `made` and `made-of` of our folder. */
  readonly made: number | undefined;
  readonly madeOf: string | undefined;
  /** Of a volume: the file `asked`. */
  readonly asked: number | undefined;
  /** Of a device: may the boot loader read it? */
  readonly isReadable: boolean;
  /** How many claims and files there were, for the next one's number. */
  readonly count: number;
}

/** Every device has this size, whatever is asked of it. */
const DEVICE_BYTES = 64 * 1024 * MIB;

/** After a creation from these inputs. */
export function made(inputs: DiskImageInputs): Host {
  const { path, format, source, owner = "" } = inputs;
  const isDevice = format === "block";
  return {
    path,
    format,
    file: isDevice
      ? { bytes: DEVICE_BYTES, inode: 1 }
      : { ...madeFile(inputs, 1), snapshots: (inputs.snapshots ?? []).map(({ name }) => name) },
    claim: { id: CLAIM_ID, owner },
    phase: "ready",
    // Of a volume its uuid, made of this number.
    made: isDevice ? undefined : 1,
    madeOf: isDevice ? undefined : source === undefined ? "empty" : recordOf(source),
    asked: format === "lvm" ? bytesOf(inputs) : undefined,
    isReadable: inputs.readableByBootLoader === true,
    count: 1,
  };
}

/** Of a distribution's image: what the mirror had on that day. */
export function recordOf(source: NonNullable<DiskImageInputs["source"]>): string {
  return "distribution" in source ? `${markOf(source)}:${source.sha256 ?? "f".repeat(64)}` : markOf(source);
}

export function madeFile({ format, sizeGiB = 0, backing, thinPool }: DiskImageInputs, inode: number): File {
  const bytes = bytesOf({ sizeGiB });
  if (format === "lvm") return { bytes: inExtents(bytes), inode, isThin: thinPool !== undefined };
  return format === "qcow2"
    ? {
        bytes: 196624,
        virtualBytes: bytes,
        inode,
        ...(backing === undefined ? {} : { backing: `${backing.format}\t${backing.path}` }),
      }
    : { bytes, inode };
}

export function bytesOf({ sizeGiB = 0 }: Pick<DiskImageInputs, "sizeGiB">): number {
  return sizeGiB * 1024 * MIB;
}

/** A look for an image as the state knows it: one of another path or format is another image, for which no update comes. */
export function looked(host: Host): ObservedImage {
  return imageQuestion(host.path, host.format ?? "raw", true).read(
    new Answer(new Map([...said(host), ...(host.format === "lvm" ? saidByLvm(host) : [])])),
  );
}

function said({ path, format, file, claim, phase, made: inode, madeOf, isReadable }: Host): [string, string][] {
  const folder = path.slice(0, path.lastIndexOf("/"));
  return [
    ...(file === undefined
      ? [["type", "absent"]]
      : format === "block" || format === "lvm"
        ? [
            ["type", "block"],
            ["size", `${file.bytes}\n`],
            ["use", ""],
          ]
        : [
            ["type", "file"],
            ["size", `${file.bytes}\n`],
            ["head", headOf(file)],
            ["inode", String(file.inode)],
          ]),
    ["permitted", isReadable ? "yes" : "no"],
    ["folder", folder],
    ["df", "/dev/sda1 411527360 10000000 300000000 26% /"],
    ["claim", claim === undefined ? "none" : "made"],
    ["claim.id", claim?.id ?? ""],
    ["claim.owner", claim?.owner ?? ""],
    ["claim.of", claim === undefined ? "" : path],
    ["phase", phase ?? "none"],
    ["mount", "/\n"],
    ...(inode === undefined ? [] : [["made", `${format === "lvm" ? uuidOf(inode) : inode}\n`]]),
    ...(madeOf === undefined ? [] : [["made.of", `${madeOf}\n`]]),
    ["tools", " qemu-img curl python3 losetup gzip xz zstd gpgv"],
    ...(file?.backing === undefined ? [] : [["backing", `${file.backing}\n`]]),
    ...(format === "qcow2" && file?.snapshots !== undefined ? [["snapshots", file.snapshots.join("\n")]] : []),
    ["keyring", "/usr/share/keyrings/ubuntu-cloudimage-keyring.gpg"],
    ["users", ""],
    ["configured", ""],
  ] as [string, string][];
}

/** Its first 32 bytes, as od prints them: qemu's docs/interop/qcow2. */
function headOf({ virtualBytes }: File): string {
  if (virtualBytes === undefined) return "00".repeat(32);
  const head = Buffer.alloc(32);
  head.write("QFI\u00fb", 0, "latin1");
  head.writeUInt32BE(3, 4);
  head.writeUInt32BE(16, 20);
  head.writeBigUInt64BE(BigInt(virtualBytes), 24);
  return head.toString("hex");
}

export function observed(host: Host): Image {
  return imageOf(looked(host), host.path);
}

/** A refresh: the state has the claim of the host, and has been finished. */
export function read(host: Host, inputs: DiskImageInputs): Seen<DiskImageInputs> | undefined {
  const outputs = { machineId: "machine-1", claimId: CLAIM_ID, phase: "ready" as const };
  const now = looked(host);
  const claimed = { ...outputs, ...(host.claim === undefined ? {} : { claimId: host.claim.id }) };
  const seen = refreshed(now, inputs, claimed, locatedOn(host, inputs));
  return seen === undefined ? undefined : { inputs: seen.inputs, left: seen.unfinished ?? [] };
}

/** A device may be bigger. */
export function lacks({ file }: Host, { format, sizeGiB = 0, snapshots = [] }: DiskImageInputs): string[] {
  const bytes = sizeGiB * 1024 * MIB;
  if (file === undefined) return ["there is no image"];
  const wanted = snapshots.map(({ name }) => name).sort();
  const there = [...(file.snapshots ?? [])].sort();
  if (wanted.join() !== there.join()) return [`its snapshots are ${there.join()}, not ${wanted.join()}`];
  const has = format === "qcow2" ? file.virtualBytes : file.bytes;
  return has === bytes ||
    (format === "block" && file.bytes >= bytes) ||
    (format === "lvm" && file.bytes === inExtents(bytes))
    ? []
    : [`it has ${String(has)} bytes, not ${bytes}`];
}
