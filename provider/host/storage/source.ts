/**
 * What an image begins as: a file that was brought beside it, of which its first bytes tell whether it is compressed and whether it is a
 * qcow2 image; or another image of the host, of which that is said. It is unpacked, converted where that is declared, and grown to the image's size. Shell text; pure.
 */
import { type ShellText, libraryText, lines, sh } from "../../shell";
import { imageUsersFunction } from "../image-users";
import { progressFunctions } from "../progress";
import { layOut } from "./preallocation";
import type { Compression, Place, StorageFormat, WantedImage } from "./storage";

const TOOL = { gz: "gzip", xz: "xz", zst: "zstd" } as const;
const PACKAGE = { gz: "gzip", xz: "xz-utils (Red Hat: xz)", zst: "zstd" } as const;

/** Defines the functions of a source and says what it is; `own`: what the image holds. */
export function readSource(
  brought: string,
  wanted: WantedImage,
  own: "raw" | "qcow2",
  format: StorageFormat,
): ShellText {
  const { image } = wanted;
  return lines([
    image === undefined ? sh`` : imageUsersFunction,
    progressFunctions,
    sh`src_brought=${brought} src_from=${image?.path ?? brought} src_is_image=${image === undefined ? "no" : "yes"} src_said=${image?.format ?? ""} src_given=${image === undefined ? (wanted.compression ?? "") : "none"} src_own=${own} src_declared=${format} src_converts=${wanted.converts === true ? "yes" : "no"} src_limit=${wanted.bytes ?? 0}`,
    libraryText(__dirname, "source.sh"),
  ]);
}

/** Makes the file $new of the source. */
export function fillOfSource({ path }: Place, wanted: WantedImage, own: "raw" | "qcow2"): ShellText {
  return sh`(
${readSource(broughtPath(path), wanted, own, own)}
src_laid=${wanted.preallocation ?? "off"}
${layOut}
${libraryText(__dirname, "fill-file.sh")}
)`;
}

/** The word that is written down of what the image was made of. */
export function madeOf({ source = "empty", sumFile }: WantedImage): ShellText {
  return sumFile === undefined ? sh`${source}` : sh`${source}:"$(cat ${sumFile})"`;
}

/** Where a source lies beside an image file, as it was served. */
export function broughtPath(path: string): string {
  return `${path}.pulumi-xen-source`;
}

/** How a file's first bytes say that it is compressed; as library/source.sh reads them. */
export function compressionOf(head: Buffer): Compression {
  const hex = head.toString("hex");
  if (hex.startsWith("1f8b")) return "gz";
  if (hex.startsWith("fd377a585a00")) return "xz";
  return hex.startsWith("28b52ffd") || /^5.2a4d18/.test(hex) ? "zst" : "none";
}

/** Of a name, which only tells what may be missing: what a file is its first bytes say. */
export function compressionOfName(name: string): Compression {
  const [, end] = /\.(gz|xz|zst)(?:[?#].*)?$/is.exec(name) ?? [];
  return (end?.toLowerCase() as Compression | undefined) ?? "none";
}

/** Why a source cannot be unpacked or converted on this host; each a sentence with its remedy. `isGuessed`: of its name. */
export function lacksToolsOfSource(
  tools: readonly string[],
  {
    compression = "none",
    converts,
    isGuessed,
  }: { compression?: Compression | undefined; converts?: boolean | undefined; isGuessed?: boolean },
): string[] {
  const faults: string[] = [];
  if (compression !== "none" && !tools.includes(TOOL[compression])) {
    faults.push(
      `${TOOL[compression]} is missing on the host, and the source is compressed with it${isGuessed === true ? ", as its name says" : ""}. Install the package ${PACKAGE[compression]}${isGuessed === true ? ', or set compression: "none" in the source where it is not compressed' : ""}.`,
    );
  }
  if (converts === true && !tools.includes("qemu-img"))
    faults.push("qemu-img is missing on the host; it converts the source. Install the package qemu-utils.");
  return faults;
}
