/** How an image comes to be: a source is fetched, and the image's storage makes the rest. Pure. */
import { download } from "../../host/download";
import type { WantedImage } from "../../host/storage/storage";
import { MIB } from "../../host/storage/size";
import { storageOf } from "../../host/storage/storages";
import { type JobFile, type ShellText, type Step, sh } from "../../shell";
import { isSecretSource } from "../source-file/source-file.schema";
import { fetchNamed } from "./disk-image.distribution";
import { folderOfImage, placeOfImage } from "../../host/storage/place";
import {
  type ImageSourceUrl,
  compressionOf,
  describeImageSource,
  imageToCopy,
  isDistribution,
  isImage,
  isLocal,
  markOf,
} from "./disk-image.source";
import { type DiskImageInputs, sizeBytesOf } from "./disk-image.properties";

const URL_FILE = "url";

/** Where the SHA-256 of a distribution's image is written down until the image is made of it. */
export function sumFileOf(path: string): string {
  return `${folderOfImage(path)}/source-sum`;
}

/** @param sourceBytes - the length of a local source file */
export function wantedOf(inputs: DiskImageInputs, sourceBytes?: number): WantedImage {
  const { path, preallocation, backing, source, thinPool, overcommit } = inputs;
  const isNamed = source !== undefined && isDistribution(source);
  return {
    path,
    bytes: sizeBytesOf(inputs),
    preallocation,
    backing,
    thinPool,
    snapshots: (inputs.snapshots ?? []).map(({ name }) => name),
    source: source && markOf(source),
    sumFile: isNamed ? sumFileOf(path) : undefined,
    compression: compressionOf(source),
    image: imageToCopy(source),
    converts: source?.convert,
    overcommit,
    sourceBytes,
  };
}

/** Where the source lies before the image is made. */
export function sourceAt({ path, format }: DiskImageInputs): string {
  return storageOf(format).makes?.sourceAt(placeOfImage(path)) ?? "";
}

/** Fetches a source that the host can reach; the URL comes as a file of the job. */
export function fetching(inputs: DiskImageInputs): { steps: Step[]; files: JobFile[] } {
  const { path, source, secretProperties } = inputs;
  if (source === undefined || isImage(source) || isLocal(source)) return { steps: [], files: [] };
  const from = describeImageSource(source, secretProperties);
  const target = sourceAt(inputs);
  // A qcow2 file has tables and maybe snapshots beside its disk; nothing that is twice as long can be what was meant.
  const mostBytes = 2 * (sizeBytesOf(inputs) ?? 0) + 64 * MIB;
  const { script, files } = isDistribution(source)
    ? fetchNamed(source, secretProperties, { target, sumFile: sumFileOf(path), mostBytes })
    : fetchUrl(source, from, { target, mostBytes, hides: isSecretSource("source", secretProperties) });
  return {
    steps: [
      {
        name: "download",
        title: `fetch ${from}`,
        effect: "none",
        script: sh`if [ ! -e ${path} ]; then
${script}
fi`,
      },
    ],
    files,
  };
}

function fetchUrl(
  { url, sha256 }: ImageSourceUrl,
  from: string,
  { target, mostBytes, hides }: { target: string; mostBytes: number; hides: boolean },
): { script: ShellText; files: JobFile[] } {
  const urlFile = sh`"$JOB_FILES"/${URL_FILE}`;
  return {
    script: download({ label: "image", from, hides, urlFile, sha256, mostBytes, target, mode: "0600" }),
    files: [{ name: URL_FILE, content: `${url}\n` }],
  };
}

/** Makes the image under another name, then gives it its own. A local source lies there already. */
export function makeStep(inputs: DiskImageInputs): Step {
  const script = storageOf(inputs.format).makes?.make(placeOfImage(inputs.path), wantedOf(inputs)) ?? sh``;
  return { name: "make", title: `make ${inputs.path}`, effect: "none", script };
}
