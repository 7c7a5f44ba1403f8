/**
 * A host with one disk image, as a pure value: the files and devices, what our folder says of them, and what each step of a
 * job does. Its answers are read as those of a real one.
 */
import { strongest } from "../../../provider/effect";
import { refreshed } from "../../../provider/resources/disk-image/disk-image.lifecycle";
import { type ObservedImage, imageOf, imageQuestion } from "../../../provider/resources/disk-image/disk-image.observe";
import type { DiskImageInputs, Image } from "../../../provider/resources/disk-image/disk-image.properties";
import { judgeImage } from "../../../provider/resources/disk-image/disk-image.refusals";
import { markOf } from "../../../provider/resources/disk-image/disk-image.source";
import { jobFor } from "../../../provider/resources/disk-image/disk-image.steps";
import { Answer, type Job, type Step } from "../../../provider/shell";
import type { Applied, Seen } from "../kind";
import { EXTENT, inExtents, saidByLvm, uuidOf } from "./volumes";

const MIB = 1024 ** 2;
const CLAIM_ID = "0f6ad1f2-0000-4000-8000-00000000000a";

export interface File {
  /** Of the file itself. */
  readonly bytes: number;
  /** Of the disk that a qcow2 file holds; absent of any other. */
  readonly virtualBytes?: number;
  readonly inode: number;
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
    file: isDevice ? { bytes: DEVICE_BYTES, inode: 1 } : madeFile(inputs, 1),
    claim: { id: CLAIM_ID, owner },
    phase: "ready",
    // Of a volume its uuid, made of this number.
    made: isDevice ? undefined : 1,
    madeOf: isDevice ? undefined : source === undefined ? "empty" : markOf(source),
    asked: format === "lvm" ? bytesOf(inputs) : undefined,
    count: 1,
  };
}

function madeFile({ format, sizeGiB = 0 }: DiskImageInputs, inode: number): File {
  const bytes = bytesOf({ sizeGiB });
  if (format === "lvm") return { bytes: inExtents(bytes), inode };
  return format === "qcow2" ? { bytes: 196624, virtualBytes: bytes, inode } : { bytes, inode };
}

function bytesOf({ sizeGiB = 0 }: Pick<DiskImageInputs, "sizeGiB">): number {
  return sizeGiB * 1024 * MIB;
}

/** A look for an image as the state knows it: one of another path or format is another image, for which no update comes. */
export function looked(host: Host): ObservedImage {
  return imageQuestion(host.path, host.format ?? "raw", true).read(
    new Answer(new Map([...said(host), ...(host.format === "lvm" ? saidByLvm(host) : [])])),
  );
}

function said({ path, format, file, claim, phase, made: inode, madeOf }: Host): [string, string][] {
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
    ["folder", folder],
    ["df", "/dev/sda1 41152736 10000000 30000000 26% /"],
    ["claim", claim === undefined ? "none" : "made"],
    ["claim.id", claim?.id ?? ""],
    ["claim.owner", claim?.owner ?? ""],
    ["claim.of", claim === undefined ? "" : path],
    ["phase", phase ?? "none"],
    ["mount", "/\n"],
    ...(inode === undefined ? [] : [["made", `${format === "lvm" ? uuidOf(inode) : inode}\n`]]),
    ...(madeOf === undefined ? [] : [["made.of", `${madeOf}\n`]]),
    ["tools", " qemu-img curl python3 losetup gzip xz zstd"],
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

/** An update or a create, as the lifecycle does it: looked at, judged, its job's steps one after the other. */
export function apply(host: Host, inputs: DiskImageInputs, how: "update" | "create"): Applied<Host> {
  const seen = looked(host);
  const judgement = judgeImage(seen, inputs, seen.claim !== undefined);
  if (judgement.verdict === "refuse")
    return { host, failed: [], refusal: judgement.faults.join(" "), effect: "none", jobs: [] };
  const owner = inputs.owner ?? "";
  const hasState = how === "update";
  const claimant = { owner, claimId: hasState ? host.claim?.id : undefined, hasState };
  const state = { owner, claimId: host.claim?.id, isFinished: host.phase === "ready" };
  // Whether it was announced is the law's question.
  const job = jobFor({ ...inputs, effect: "replace" }, seen, judgement, { claimant, ...(hasState ? { state } : {}) });
  if (job === undefined) return { host, failed: [], effect: "none", jobs: [] };
  let now = host;
  const failed: string[] = [];
  for (const step of job.steps) {
    const ended = done(now, step, inputs, job);
    if (typeof ended === "string") failed.push(`${step.name}: ${ended}`);
    else now = ended;
  }
  return { host: now, failed, effect: strongest(job.steps.map(({ effect }) => effect)), jobs: [job] };
}

/** The host after the step, or why it would not have worked. */
function done(host: Host, { name, script }: Step, inputs: DiskImageInputs, { title }: Job): Host | string {
  const count = host.count + 1;
  switch (name) {
    case "claim": {
      const isMaking = /^make /.test(title);
      return {
        ...host,
        claim: {
          id: host.claim?.id ?? `${CLAIM_ID.slice(0, -4)}${String(count).padStart(4, "0")}`,
          owner: inputs.owner ?? "",
        },
        format: inputs.format,
        phase: isMaking ? "making" : (host.phase ?? "ready"),
        ...(isMaking ? { made: undefined, madeOf: undefined } : {}),
        // Adopted: known by its uuid from now on.
        ...(!isMaking && inputs.format === "lvm" && script.text.includes("seen=")
          ? { made: host.file?.inode, madeOf: undefined, asked: bytesOf(inputs) }
          : {}),
        count,
      };
    }
    case "download":
      return host;
    case "make":
      if (host.file !== undefined) return "something stands at the path";
      return {
        ...host,
        file: madeFile(inputs, count),
        made: count,
        madeOf: inputs.source === undefined ? "empty" : markOf(inputs.source),
        asked: inputs.format === "lvm" ? bytesOf(inputs) : undefined,
        count,
      };
    case "grow": {
      // What the step says, and not what the program says.
      const bytes = Number(/ want=(\d+)/.exec(script.text)?.[1]);
      const isQcow2 = script.text.includes("block_resize");
      const { file } = host;
      if (file === undefined) return "there is no image";
      const has = isQcow2 ? file.virtualBytes : file.bytes;
      if (has === undefined) return "it is no qcow2 image";
      if (host.format === "lvm") {
        if (has - bytes >= EXTENT) return `it has ${has} bytes, more than ${bytes}`;
        return { ...host, file: { ...file, bytes: Math.max(has, inExtents(bytes)) }, phase: "growing", asked: bytes };
      }
      if (has > bytes) return `it has ${has} bytes, more than ${bytes}`;
      const grown = isQcow2 ? { ...file, virtualBytes: bytes } : { ...file, bytes };
      return { ...host, file: grown, phase: "growing" };
    }
    case "permit":
      return { ...host, phase: "ready" };
    default:
      return `the host knows no step ${name}`;
  }
}

/** A refresh: the state has the claim of the host, and has been finished. */
export function read(host: Host, inputs: DiskImageInputs): Seen<DiskImageInputs> | undefined {
  const outputs = { machineId: "machine-1", claimId: CLAIM_ID, phase: "ready" as const };
  const seen = refreshed(looked(host), inputs, {
    ...outputs,
    ...(host.claim === undefined ? {} : { claimId: host.claim.id }),
  });
  return seen === undefined ? undefined : { inputs: seen.inputs, left: seen.unfinished ?? [] };
}

/** A device may be bigger. */
export function lacks({ file }: Host, { format, sizeGiB = 0 }: DiskImageInputs): string[] {
  const bytes = sizeGiB * 1024 * MIB;
  if (file === undefined) return ["there is no image"];
  const has = format === "qcow2" ? file.virtualBytes : file.bytes;
  return has === bytes ||
    (format === "block" && file.bytes >= bytes) ||
    (format === "lvm" && file.bytes === inExtents(bytes))
    ? []
    : [`it has ${String(has)} bytes, not ${bytes}`];
}
